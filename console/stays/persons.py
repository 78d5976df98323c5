"""Persons as the store holds them at one moment: what an officer reads, and what their action rests on."""

import threading
import time

from models.board import OffenderView
from models.desk.basis import Basis, basis_of
from models.errors import Unavailable
from runtime.installation import open_store
from runtime.settings import Settings
from state.position import Position
from state.store import Store

_PAUSE_SECONDS = 1.0
"""A store that has not answered is left alone for so long; who asks meanwhile hears so at once."""


class Persons:
    """Asks over a connection of its own, opened when it is needed and again after a failure. Any thread may ask."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._store: Store | None = None
        self._lock = threading.Lock()
        self._trouble, self._again_at = "", 0.0

    def ask(self, offender_id: str) -> tuple[OffenderView, Basis]:
        """One person. Raises Unavailable, also while the board is not one that an action can rest on."""
        with self._lock:
            if time.monotonic() < self._again_at:
                raise Unavailable(self._trouble)
            try:
                if self._store is None:
                    self._store = open_store(self._settings)
                position, person = self._store.person(offender_id)
            except Unavailable as error:
                self._close()
                self._trouble, self._again_at = str(error), time.monotonic() + _PAUSE_SECONDS
                raise
        return person, basis_at(position, person)

    def close(self) -> None:
        """Ends the connection."""
        with self._lock:
            self._close()

    def _close(self) -> None:
        if self._store is not None:
            self._store.close()
        self._store = None


def basis_at(position: Position, person: OffenderView) -> Basis:
    """What is true of a person at a position. Raises Unavailable where the board is being rebuilt, or is not there."""
    generation, is_whole = position.generation, position.whole and not position.half_written
    if position.entry is None or generation is None or position.recovering or not is_whole:
        raise Unavailable("the board is not whole now, so nothing can rest on it")
    return basis_of(person, position.entry, generation, position.policy_digest)

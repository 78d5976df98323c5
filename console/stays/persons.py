"""Persons as the store holds them at one moment: what an officer reads, and what their action rests on."""

import threading
import time
from collections.abc import Callable

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

    def __init__(self, settings: Settings, published: Callable[[], int] = lambda: 0) -> None:
        """`published`: an entry of the journal, the newest that is known."""
        self._settings, self._published = settings, published
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
                published = self._published()
                position, person = self._store.person(offender_id)
            except Unavailable as error:
                self._close()
                self._trouble, self._again_at = str(error), time.monotonic() + _PAUSE_SECONDS
                raise
        return person, basis_at(position, person, published)

    def close(self) -> None:
        """Ends the connection."""
        with self._lock:
            self._close()

    def _close(self) -> None:
        if self._store is not None:
            self._store.close()
        self._store = None


def basis_at(position: Position, person: OffenderView, published: int) -> Basis:
    """What is true of a person at a position, once entry `published` was.

    Raises Unavailable where the board is being rebuilt, is not there, or was set back: what it does until a worker
    notices is in no journal.
    """
    generation, is_whole = position.generation, position.whole and not position.half_written
    if position.entry is None or generation is None or position.recovering or not is_whole:
        raise Unavailable("the board is not whole now, so nothing can rest on it")
    if position.entry < published:
        raise Unavailable("the store was set back and is behind the journal, so nothing can rest on it")
    return basis_of(person, position.entry, generation, position.policy_digest)

"""Persons as the store holds them at one moment: what an officer reads, and what their action rests on."""

import threading

from models.board import OffenderView
from models.desk.basis import Basis, basis_of
from models.errors import Unavailable
from runtime.installation import open_store
from runtime.settings import Settings
from state.position import Position
from state.store import Store


class Persons:
    """Asks over a connection of its own, opened when it is needed and again after a failure. Any thread may ask."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._store: Store | None = None
        self._lock = threading.Lock()

    def ask(self, offender_id: str) -> tuple[OffenderView, Basis]:
        """One person. Raises Unavailable, also while the board is not one that an action can rest on."""
        with self._lock:
            try:
                if self._store is None:
                    self._store = open_store(self._settings)
                position, person = self._store.person(offender_id)
            except Unavailable:
                self._close()
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

"""A desk as time goes on over it: the same records, and what has fallen due since."""

from dataclasses import replace

from desk.settled import SettledDesk
from desk.state import Desk
from models.instants import Micros


class DeskMoments:
    """Of a desk that takes nothing more. Any thread may ask, and none waits: stays are gone through when one is due."""

    def __init__(self, board: SettledDesk) -> None:
        """`board` is its own from here on."""
        self._board = board
        self._first = self._latest = self._made(board, board.at)

    def at(self, at: Micros | None = None) -> Desk:
        """With the terms that have fallen due at `at`; None, or an instant before its last record: as it stands."""
        first, _ = self._first
        if at is None or at <= first.at:
            return first
        for desk, due in (self._latest, self._first):
            if desk.at <= at and (due is None or at < due):
                return replace(desk, at=at)
        self._latest = latest = self._made(self._board.copy(), at)
        return latest[0]

    def _made(self, board: SettledDesk, at: Micros) -> tuple[Desk, Micros | None]:
        """A desk, and when it is another one."""
        board.advance(at)
        return board.desk(), board.next_due

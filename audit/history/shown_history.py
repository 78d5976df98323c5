"""When one person could be seen on the console's list, or beside it in one of the newest alerts."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from models.journal.entry import TransitionOut
from models.journal.transition import Entry, Move, Transition


class NamedMove(NamedTuple):
    """A transition: who moved which way, and everybody whom its alert names."""

    sequence: int
    move: Move
    offender_id: str
    names: frozenset[str | None]

    @classmethod
    def of(cls, change: Transition | TransitionOut) -> "NamedMove":
        """Of one that was computed, or as the journal tells it."""
        move = change.move if isinstance(change, Transition) else change.transition
        names = frozenset((change.offender_id, change.counterpart, change.cause.offender_id))
        return cls(change.sequence, move, change.offender_id, names)


class ShownHistory:
    """Rank of one person entry by entry, their entrances, and the alerts that name them."""

    def __init__(self, offender_id: str) -> None:
        self._offender_id = offender_id
        self._ranked_at: list[int] = []
        self._ranks: list[int | None] = []
        self._moved_at: list[int] = []
        self._sequences: list[int] = []
        self._named: list[int] = []
        self.entrances: list[int] = []

    def note(self, number: int, rank: int | None, done: Sequence[Entry]) -> None:
        """What came of an entry, in order; `rank`: the person's right after it."""
        self._note(number, rank, [NamedMove.of(move) for entry in done for move in entry.transitions])

    def note_journalled(self, number: int, moved: Sequence[TransitionOut]) -> None:
        """What an entry says, in order: who is in the band stands at its top, of who is below it nothing is known."""
        rank = self._ranks[-1] if self._ranks else None
        moves = [NamedMove.of(move) for move in moved]
        for move in moves:
            if move.offender_id == self._offender_id:
                rank = 1 if move.move is Move.ENTERED else None
        self._note(number, rank, moves)

    def _note(self, number: int, rank: int | None, moves: Sequence[NamedMove]) -> None:
        if not self._ranks or self._ranks[-1] != rank:
            self._ranked_at.append(number)
            self._ranks.append(rank)
        if moves:
            self._moved_at.append(number)
            self._sequences.append(moves[-1].sequence)
        self.entrances += [move.sequence for move in moves if self._is_theirs(move)]
        self._named += [move.sequence for move in moves if self._offender_id in move.names]

    def is_on(self, first: int, last: int | None, lines: int, alerts: int) -> bool:
        """Whether they stood on so many lines, or in so many newest alerts, from one entry to another, both included.

        `last` None: to the end. Alerts that were still on their way count as shown.
        """
        begin = max(0, bisect_right(self._ranked_at, first) - 1)
        end = len(self._ranks) if last is None else bisect_right(self._ranked_at, last)
        if any(rank is not None and rank <= lines for rank in self._ranks[begin:end]):
            return True
        oldest = self._sequence_at(first) - 2 * alerts  # whatever was not published yet, older ones stood there
        newest = self._sequences[-1] if last is None and self._sequences else self._sequence_at(last or 0)
        place = bisect_right(self._named, oldest)
        return place < bisect_left(self._named, newest + 1)

    def is_named(self, sequence: int) -> bool:
        """Whether the alert of that number names them."""
        return sequence in self._named

    def _is_theirs(self, move: NamedMove) -> bool:
        return move.move is Move.ENTERED and move.offender_id == self._offender_id

    @property
    def is_ever_named(self) -> bool:
        """Whether any alert names them: who was ever in the band."""
        return bool(self._named)

    def _sequence_at(self, number: int) -> int:
        place = bisect_right(self._moved_at, number)
        return self._sequences[place - 1] if place else 0

"""What the parts of a worker report of their work: to no one, unless meters.py or runtime/traces hears of it."""

from collections.abc import Callable, Collection, Mapping, Sequence

from models.contribution import Run
from models.journal.transition import Entry
from state.answers import Applied

Noted = Callable[[Run, Applied], None]
"""Hears that a run, or a part of one, is applied."""


class Instruments:
    """Hears everything and keeps nothing. Seconds are durations; every method is called from any thread."""

    def assessed(self, run: Run, seconds: float) -> None:
        """A batch was decoded and assessed, and is this run."""

    def acknowledged(self, run: Run, records: int, refused: Collection[str], sent_at: float | None) -> None:
        """A run was applied; `refused` are the reasons, `sent_at` is when its first record was (Unix seconds)."""

    def asked(self, verb: str, seconds: float, answer: str) -> None:
        """The store has answered a verb."""

    def store_opened(self) -> None:
        """There is another connection to the store."""

    def joined(self, seconds: float) -> None:
        """Partitions were assigned, and the board was joined after so long."""

    def term_ended(self, ended_by: str) -> None:
        """The relay is out of office."""

    def rebuilding(self) -> None:
        """The board is being built from entry 1; where that is interrupted, what goes on is no other rebuild."""

    def recovered(self, kind: str, seconds: float) -> None:
        """The board was recovered; of a rebuild it was heard when it began."""

    def committed(self, seconds: float) -> None:
        """A transaction was committed."""

    def aborted(self) -> None:
        """A transaction was not, or it is unknown."""

    def published(self, entries: Sequence[Entry], alerts: Mapping[str, int], letters: Sequence[str]) -> None:
        """These entries are committed, with so many alerts of each transition and letters for these reasons."""


NO_INSTRUMENTS = Instruments()

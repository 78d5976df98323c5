"""What the parts of a worker report of their work: to no one, unless runtime/metrics/meters.py counts it."""

from collections.abc import Collection, Mapping, Sequence

from models.journal.transition import Entry


class Instruments:
    """Hears everything and keeps nothing. Seconds are durations; every method is called from any thread."""

    def assessed(self, seconds: float) -> None:
        """A run was decoded and assessed."""

    def acknowledged(self, partition: int, records: int, refused: Collection[str], sent_at: float | None) -> None:
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

"""What the journal tells of a board at one of its entries, to be held against what the store says of itself."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from broker.entries import AnyEntry
from broker.reader import Reader
from broker.tail import entries_from, entry_at
from models.journal.entry import JournalEntry, run_of
from models.journal.plain_entry import AnyRun
from models.journal.transition import Entry
from state.position import Position

_FIRST_LOOK, _LONGEST_LOOK = 64, 4_096
_LOOKED_THROUGH = 4_096
"""Entries that are read backwards before single ones are sought: a partition may be quiet for a year."""


@dataclass(frozen=True, slots=True)
class Hints:
    """What a worker has noted elsewhere of the journal: the entry of each partition's newest run, and of one entry
    (0: of none) the sequence that the board had by then. It says where to look; what is found there decides.
    """

    runs: Mapping[int, int] = field(default_factory=dict)
    entry: int = 0
    sequence: int = 0


@dataclass(slots=True)
class ExpectedBoard:
    """Of each partition the newest run and its entry, and the newest sequence; None: no entry has one."""

    runs: dict[int, tuple[int, AnyRun]] = field(default_factory=dict)
    sequence: int | None = None

    @property
    def ledger(self) -> dict[int, int]:
        """Where each partition goes on."""
        return {partition: run.end for partition, (_, run) in self.runs.items()}

    def take(self, entry: AnyEntry) -> None:
        """The next entry of the journal."""
        if entry.run is not None:
            self.runs[entry.run.partition] = entry.entry, entry.run
        if entry.transitions:
            self.sequence = entry.transitions[-1].sequence

    def take_unpublished(self, entries: Iterable[Entry]) -> None:
        """The next entries, which are still in the outbox, or a moment ago were."""
        for entry in entries:
            run = run_of(entry)
            if run is not None:
                self.runs[run.partition] = entry.number, run
            if entry.transitions:
                self.sequence = entry.transitions[-1].sequence

    def precede(self, earlier: "ExpectedBoard") -> None:
        """What `earlier` entries hold counts where these hold nothing."""
        self.runs = earlier.runs | self.runs
        self.sequence = earlier.sequence if self.sequence is None else self.sequence

    def followed_by(self, later: "ExpectedBoard") -> "ExpectedBoard":
        """What both tell; what comes later counts."""
        return ExpectedBoard(self.runs | later.runs, self.sequence if later.sequence is None else later.sequence)

    def is_of(self, position: Position) -> bool:
        """Whether the board stands where the entries have brought it."""
        return self.ledger == position.ledger and (self.sequence or 0) == position.sequence

    def lacks(self, partitions: Collection[int]) -> bool:
        """Whether something is still to be looked for."""
        return self.sequence is None or not self.runs.keys() >= set(partitions)


def expected_board(
    journal: Reader, number: int, last: JournalEntry, ledger: Mapping[int, int], ahead: ExpectedBoard, hints: Hints
) -> ExpectedBoard:
    """What the entries up to `number` tell; the journal goes up to `last`, and `ahead` stands for what comes behind.

    They are read backwards until every partition of `ledger` and a sequence were met. After a while nobody looks any
    more for what stands in `ahead`, and single entries are sought where the hints say.
    """
    board, end, back, hinted = ExpectedBoard(), number, _FIRST_LOOK, False
    while end > 0 and board.lacks(ledger.keys()):
        if number - end >= _LOOKED_THROUGH:
            if not hinted:
                hinted = True
                _take_hints(board, journal, end, last, ledger, hints)
            if not board.followed_by(ahead).lacks(ledger.keys()):
                break
        start = max(1, end - back + 1)
        board.precede(_expected_between(journal, start, end, last))
        end, back = start - 1, min(4 * back, _LONGEST_LOOK)
    return board


def _expected_between(journal: Reader, start: int, end: int, last: JournalEntry) -> ExpectedBoard:
    board = ExpectedBoard()
    for entry in entries_from(journal, journal, start, last):
        if entry.entry > end:
            break
        board.take(entry)
    return board


def _take_hints(
    board: ExpectedBoard, journal: Reader, end: int, last: JournalEntry, ledger: Mapping[int, int], hints: Hints
) -> None:
    """Behind entry `end` nothing more is to be found."""
    if board.sequence is None and end < hints.entry <= last.entry:
        board.sequence = hints.sequence
    for partition in ledger.keys() - board.runs.keys():
        entry = entry_at(journal, hints.runs.get(partition, 0), last)
        if entry is None or entry.entry > end or entry.run is None:
            continue
        if (entry.run.partition, entry.run.end) == (partition, ledger[partition]):
            board.runs[partition] = entry.entry, entry.run

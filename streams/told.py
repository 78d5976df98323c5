"""What the journal tells of a board at one of its entries, to be held against what the store says of itself."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from models.journal import JournalEntry
from models.transition import Entry
from runtime.reader import Reader
from runtime.tail import SHORTLY_BEFORE, place_of_entry, read_journal_entry
from state.position import Position

_FIRST_LOOK, _LONGEST_LOOK = 64, 4_096
_CHANGES_NEITHER = b'"kind":"heartbeat"'


@dataclass(slots=True)
class Told:
    """The end of the newest run of each partition, and the newest sequence; None: no entry told of one."""

    ledger: dict[int, int] = field(default_factory=dict)
    sequence: int | None = None

    def take(self, entry: JournalEntry) -> None:
        """The next entry of the journal."""
        if entry.run is not None:
            self.ledger[entry.run.partition] = entry.run.end
        if entry.transitions:
            self.sequence = entry.transitions[-1].sequence

    def take_unpublished(self, entries: Iterable[Entry]) -> None:
        """The entries behind those of the journal, which lie in the outbox."""
        for entry in entries:
            if entry.partition is not None and entry.end is not None:
                self.ledger[entry.partition] = entry.end
            if entry.transitions:
                self.sequence = entry.transitions[-1].sequence

    def precede(self, earlier: "Told") -> None:
        """What `earlier` entries told counts where these told nothing."""
        self.ledger = earlier.ledger | self.ledger
        self.sequence = earlier.sequence if self.sequence is None else self.sequence

    def is_of(self, position: Position) -> bool:
        """Whether the board stands where the entries have brought it."""
        return self.ledger == position.ledger and (self.sequence or 0) == position.sequence


def told_up_to(journal: Reader, last: int, partitions: set[int]) -> Told:
    """What the entries up to number `last` tell; read backwards, until every partition and a sequence were met."""
    told, back = Told(), _FIRST_LOOK
    end = min(journal.end(), place_of_entry(journal, last) + SHORTLY_BEFORE + 1)
    while end > 0 and (told.sequence is None or not told.ledger.keys() >= partitions):
        start = max(0, end - back)
        told.precede(_told_between(journal, start, end, last))
        end, back = start, min(4 * back, _LONGEST_LOOK)
    return told


def _told_between(journal: Reader, start: int, end: int, last: int) -> Told:
    told = Told()
    journal.seek(start)
    for record in journal.read_until(end):
        if _CHANGES_NEITHER in (record.value or b""):
            continue  # nearly all entries of a quiet year
        entry = read_journal_entry(record.value)
        if entry.entry > last:
            break
        told.take(entry)
    return told

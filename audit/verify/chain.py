"""The journal as a chain: numbered entries, each with the hash of the one before; sequences without gaps."""

from collections.abc import Iterator
from itertools import chain

from audit.verify.faults import Faults
from broker.entries import Chain, before, sound_entry, stray_chains
from models.canonical import canonical_json
from models.journal.entry import JournalEntry
from models.record import Record
from models.topics import JOURNAL

LOOK_AHEAD = 64
"""Records in which nothing continues the journal, before those that continue each other are taken for its rest."""


class ChainCheck:
    """Tells the entries among the records of journal.v1, and says what is wrong with each from entry `first` on.

    A record that continues nothing is foreign. Where many continue each other and none the journal, an entry between
    is missing: they are gone on with, and nothing of them can be computed again (`broken`).
    """

    def __init__(self, faults: Faults, board: str | None = None, first: int = 1) -> None:
        self.broken = False
        self._sequence: int | None = 0
        self._faults = faults
        self._first = first
        self._chain = Chain(board)
        self._waiting: list[Record] = []

    @property
    def next(self) -> int:
        """The number of the entry that is due."""
        return self._chain.tail.entry + 1

    def walk(self, records: Iterator[Record]) -> Iterator[tuple[Record, JournalEntry]]:
        """Every entry with its record."""
        while True:
            for record in records:
                entry = self._chain.take(record)
                if entry is None:
                    self._waiting.append(record)
                    if len(self._waiting) >= LOOK_AHEAD and (rest := self._rest()):
                        records = chain(rest, records)
                        break
                    self._forget_early_ones()
                    continue
                self._pass_over(len(self._waiting))
                self._look_at(record, entry)
                yield record, entry
            else:
                rest = self._rest()
                if not rest:
                    self._pass_over(len(self._waiting))
                    return
                records = iter(rest)

    def newer(self, records: Iterator[Record]) -> Iterator[JournalEntry]:
        """The entries among records that have come since; nothing is said of them."""
        for record in records:
            entry = self._chain.take(record)
            if entry is not None:
                yield entry

    def _rest(self) -> list[Record]:
        """Where the records that wait hold the journal's rest, what is wrong with its beginning; they come again."""
        for place, first in stray_chains(self._waiting, self._chain.board):
            if first.entry >= self.next or self._chain.is_rival(first):
                self._pass_over(place)
                rest, self._waiting = self._waiting, []
                self._break(rest[0], first)
                return rest
        return []

    def _break(self, record: Record, first: JournalEntry) -> None:
        name = f"entry {first.entry}"
        if first.entry == self.next:
            self._say(record, f"{name} does not continue the chain: its previous_hash is not that of the one before")
        elif first.entry < self.next:
            self._say(record, f"{name} stands here a second time with other content: one of the two is forged")
            self.broken = True
        else:
            last = first.entry - 1
            which = f"entry {last} is" if last == self.next else f"entries {self.next} to {last} are"
            self._say(record, f"{name} stands where entry {self.next} belongs: {which} missing, or swapped")
            self.broken, self._sequence = True, None
        self._chain = Chain(self._chain.board or first.board, before(first))

    def _forget_early_ones(self) -> None:
        while len(self._waiting) > LOOK_AHEAD:
            self._pass_over(1)

    def _pass_over(self, count: int) -> None:
        for record in self._waiting[:count]:
            if self.next >= self._first:
                self._faults.add_foreign(JOURNAL, record.offset, self._render_foreign(record))
        del self._waiting[:count]

    def _render_foreign(self, record: Record) -> str:
        entry = sound_entry(record.value)
        if entry is None:
            return "a record that is no entry, or one that was changed"
        if self._chain.board not in {None, entry.board}:
            return f"entry {entry.entry} of another board, {entry.board}"
        return f"entry {entry.entry}, which does not continue the journal here"

    def _look_at(self, record: Record, entry: JournalEntry) -> None:
        if canonical_json(entry.model_dump(mode="json")) != record.value:
            self._say(record, f"entry {entry.entry} is not written as the service writes: its bytes were edited")
        if record.key != entry.board.encode() or record.headers:
            self._say(record, f"entry {entry.entry} has a key or headers that the service does not write")
        for change in entry.transitions:
            if self._sequence is not None and change.sequence != self._sequence + 1:
                self._say(record, f"entry {entry.entry}: sequence {change.sequence} follows {self._sequence}")
            self._sequence = change.sequence

    def _say(self, record: Record, text: str) -> None:
        entry = sound_entry(record.value)
        if entry is None or entry.entry >= self._first:
            self._faults.add(JOURNAL, record.offset, text)

"""The journal as a chain: numbered entries, each with the hash of the one before; sequences without gaps."""

import hashlib

from pydantic import ValidationError

from audit.faults import Faults
from models.canonical import canonical_json
from models.journal import FIRST_PREVIOUS_HASH, JournalEntry
from models.record import Record
from models.topics import JOURNAL
from runtime.tail import read_journal_entry


class Chain:
    """Takes the records of journal.v1 in order and says what is wrong with each.

    `head` is the hash of the newest entry, None after a record that was none. `broken` says that an
    entry is missing, so that nothing after it can be computed again.
    """

    def __init__(self, faults: Faults) -> None:
        self.next = 1
        self.head: str | None = FIRST_PREVIOUS_HASH
        self.broken = False
        self.sequence: int | None = 0
        self._faults = faults

    def take(self, record: Record) -> JournalEntry | None:
        """The entry in a record; None where it is none, or does not belong there."""
        entry = self._read(record)
        if entry is None:
            self._lose(self.next)
        elif entry.entry < self.next:
            self._say(record, f"entry {entry.entry} stands after entry {self.next - 1}: doubled, or swapped")
            return None
        else:
            self._link(record, entry)
        return entry

    def _read(self, record: Record) -> JournalEntry | None:
        try:
            return read_journal_entry(record.value)
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(str(part) for part in first["loc"]) or "record"
            self._say(record, f"where entry {self.next} belongs stands no journal entry ({field}: {first['msg']})")
            return None

    def _link(self, record: Record, entry: JournalEntry) -> None:
        name = f"entry {entry.entry}"
        if entry.entry > self.next:
            last = entry.entry - 1
            which = f"entry {last} is" if last == self.next else f"entries {self.next} to {last} are"
            self._say(record, f"{name} stands where entry {self.next} belongs: {which} missing, or swapped")
            self._lose(last)
        elif self.head is not None and entry.previous_hash != self.head:
            self._say(record, f"{name} does not continue the chain: its previous_hash is not that of the one before")
        self._look_at_content(record, entry)
        self._count_sequences(record, entry)
        self.next, self.head = entry.entry + 1, entry.hash

    def _look_at_content(self, record: Record, entry: JournalEntry) -> None:
        content = entry.model_dump(mode="json")
        if canonical_json(content) != record.value:
            self._say(record, f"entry {entry.entry} is not written as the service writes: its bytes were edited")
        del content["hash"]
        if hashlib.sha256(canonical_json(content)).hexdigest() != entry.hash:
            self._say(record, f"entry {entry.entry} was altered: its hash is not that of its content")
        if record.key != entry.board.encode() or record.headers:
            self._say(record, f"entry {entry.entry} has a key or headers that the service does not write")

    def _count_sequences(self, record: Record, entry: JournalEntry) -> None:
        for change in entry.transitions:
            if self.sequence is not None and change.sequence != self.sequence + 1:
                text = f"sequence {change.sequence} follows {self.sequence}"
                self._say(record, f"entry {entry.entry}: {text}")
            self.sequence = change.sequence

    def _lose(self, last: int) -> None:
        self.next, self.head, self.sequence, self.broken = last + 1, None, None, True

    def _say(self, record: Record, text: str) -> None:
        self._faults.add(JOURNAL, record.offset, text)

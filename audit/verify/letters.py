"""Which records must stand on dead-letters.v1 for an entry, and which of them a record claims to be."""

from collections.abc import Iterator, Sequence

from audit.verify.topic_matcher import ExpectedRecord, Identity
from models.dead_letter import make_letter
from models.journal.entry import JournalEntry
from models.record import Record
from models.topics import OFFENCES


def identify_letter(record: Record) -> Identity | None:
    """The refused record that a dead letter claims to hold; None when it names none."""
    headers = {name: value or b"" for name, value in record.headers}
    try:
        return _identity(int(headers["partition"]), int(headers["offset"]))
    except (KeyError, ValueError):
        return None


def expected_letters(entry: JournalEntry, records: Sequence[Record], topic: str) -> Iterator[ExpectedRecord]:
    """The dead letters of a recomputed entry: the original bytes of the records of its run, with the reason."""
    if entry.run is None or not entry.refusals:
        return
    by_offset = {record.offset: record for record in records}
    for refusal in entry.refusals:
        original = by_offset[refusal.offset]
        letter = make_letter(refusal, topic, entry.run.partition, original.key, original.value)
        identity = _identity(entry.run.partition, refusal.offset)
        yield ExpectedRecord(identity, letter.key, letter.value, letter.headers)


def _identity(partition: int, offset: int) -> Identity:
    return Identity(partition, offset, f"the dead letter of {OFFENCES.name} partition {partition} offset {offset}")

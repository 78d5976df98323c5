"""Finding one's way in journal.v1: its tail, and where an entry lies."""

from dataclasses import dataclass

from models.journal import FIRST_PREVIOUS_HASH, JournalEntry
from runtime.reader import Reader


@dataclass(frozen=True, slots=True)
class Tail:
    """An entry's number and hash; 0 before the first."""

    entry: int
    hash: str


SHORTLY_BEFORE = 64
"""Offsets that are quicker read than found."""

BEGINNING = Tail(0, FIRST_PREVIOUS_HASH)


def read_journal_entry(value: bytes | None) -> JournalEntry:
    """The entry in a record of journal.v1. Raises pydantic's ValidationError when it is none."""
    return JournalEntry.model_validate_json(value or b"null")


def last_entry(journal: Reader) -> JournalEntry | None:
    """The journal's last committed entry; transaction markers may lie behind it."""
    end, back = journal.end(), 4
    while end > 0:
        journal.seek(max(0, end - back))
        records = list(journal.read_until(end))
        if records:
            return read_journal_entry(records[-1].value)
        if back >= end:
            return None
        back *= 8
    return None


def place_of_entry(journal: Reader, number: int) -> int:
    """An offset from which entry `number`, or one SHORTLY_BEFORE it, is the next."""
    low, high = 0, journal.end()
    while high - low > SHORTLY_BEFORE:
        middle = (low + high) // 2
        journal.seek(middle)
        first = next(journal.read_until(high), None)
        if first is None or read_journal_entry(first.value).entry > number:
            high = middle
        else:
            low = middle
    return low

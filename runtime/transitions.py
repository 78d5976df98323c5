"""Finding the entry of journal.v1 in which a transition stands."""

from collections.abc import Iterator

from broker.entries import sound_entry, tail_of
from broker.reader import Reader
from broker.tail import entries_from, entry_at, place_before
from models.errors import BrokenInvariant
from models.instants import parse_instant
from models.journal.entry import JournalEntry
from models.journal.transition import BandEntry


def entry_of_entrance(journal: Reader, entrance: BandEntry, last: JournalEntry) -> JournalEntry:
    """The entry, up to `last`, in which a person entered the band.

    No number leads there: entries are found by their as_of, which no entry before it has passed. Where foreign records
    lead astray, the journal is read from its first entry on. Raises BrokenInvariant where there is no such transition.
    """
    for entry in _nearby(journal, entrance, last):
        # Also a copy is sound in itself, and a forgery: only its place in the chain tells.
        ours = entry_at(journal, entry.entry, last)
        if ours is not None and tail_of(ours) == tail_of(entry):
            return entry
    for entry in entries_from(journal, journal, 1, last):
        if _holds(entry, entrance.sequence):
            return entry
    raise BrokenInvariant(f"the journal holds no transition {entrance.sequence}, and a person entered the band with it")


def _nearby(journal: Reader, entrance: BandEntry, last: JournalEntry) -> Iterator[JournalEntry]:
    """Whatever looks like it, where it must lie."""
    offset = place_before(journal, lambda entry: parse_instant(entry.as_of) >= entrance.as_of, last)
    journal.seek(offset)
    found = []
    for record in journal.read_until(journal.end()):
        entry = sound_entry(record.value, last.board)
        if entry is not None and _holds(entry, entrance.sequence):
            found.append(entry)
        elif entry is not None and entry.transitions and entry.transitions[0].sequence > entrance.sequence:
            break
    yield from found  # only now: the caller moves the same reader


def _holds(entry: JournalEntry, sequence: int) -> bool:
    return bool(entry.transitions) and entry.transitions[0].sequence <= sequence <= entry.transitions[-1].sequence

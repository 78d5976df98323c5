"""Finding one's way in journal.v1: its tail, and the entries from a number on.

An offset is a place and says nothing of an entry's number, since foreign records and ends of transactions take offsets
too. What is met at a place is held against what must stand there; where foreign records lead astray, the journal is
read from its first entry on.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from broker.entries import BEGINNING, AnyEntry, Chain, Tail, before, entries_in, sound_entry, tail_of
from broker.reader import Reader
from models.errors import BrokenInvariant
from models.journal.entry import JournalEntry
from models.record import Record

SHORTLY_BEFORE = 64
"""Offsets that are quicker read than found."""

_FEW = 16
_FIRST_LOOK, _WIDER = 256, 8
_BY_FAR = 8

_E = TypeVar("_E", bound=AnyEntry)


def first_entry(journal: Reader) -> JournalEntry | None:
    """The journal's first entry, which names the board; foreign records may lie before it. None: it has none."""
    journal.seek(0)
    return next(entries_in(journal.read_until(journal.end()), None), None)


def last_entry(journal: Reader) -> JournalEntry | None:
    """The journal's last committed entry, behind which nothing but foreign records lie; None: it has none.

    Raises BrokenInvariant where it is forged (broker/entries.py).
    """
    first = first_entry(journal)
    if first is None:
        return None
    end, back = journal.end(), _FIRST_LOOK
    while True:
        start = max(0, end - back)
        journal.seek(start)
        records = list(journal.read_until(end))
        root = None if start == 0 else _root(records, first.board)
        if start == 0 or root is not None:
            tail = BEGINNING if root is None else before(root)
            *_, last = [None, *entries_in(records, first.board, tail)]
            return last
        back *= _WIDER


def _root(records: Sequence[Record], board: str, times: int = _BY_FAR) -> JournalEntry | None:
    """The first of those that continue each other and are the most, by so many `times`; None: no such are there.

    Entries that are forged, or copied from an earlier place, continue nothing that stands here, or are few.
    """
    chains: dict[Tail, int] = {}
    found: list[list[JournalEntry]] = []
    for record in records:
        entry = sound_entry(record.value, board)
        if entry is None or tail_of(entry) in chains:
            continue
        number = chains.get(before(entry), len(found))
        if number == len(found):
            found.append([])
        chains[tail_of(entry)] = number
        found[number].append(entry)
    most, second = [*sorted(map(len, found), reverse=True), 0, 0][:2]
    return max(found, key=len)[0] if most > max(1, times * second) else None


def entries_from(finder: Reader, journal: Reader, first: int, last: JournalEntry) -> Iterator[JournalEntry]:
    """The entries from number `first` to `last`, read by `journal`; `finder` looks where they lie.

    Raises BrokenInvariant where one of them is missing.
    """
    return _entries_from(Chain.take, finder, journal, first, last)


def any_entries_from(finder: Reader, journal: Reader, first: int, last: JournalEntry) -> Iterator[AnyEntry]:
    """The same, read quickly."""
    return _entries_from(Chain.take_any, finder, journal, first, last)


def _entries_from(
    take: Callable[[Chain, Record], _E | None], finder: Reader, journal: Reader, first: int, last: JournalEntry
) -> Iterator[_E]:
    if first > last.entry:
        return
    reached, tail = first - 1, BEGINNING
    for entry in _from_place(take, finder, journal, first, last):
        yield entry
        if tail_of(entry) == tail_of(last):
            return
        reached = entry.entry
    journal.seek(0)
    chain = Chain(last.board)
    for record in journal.read_until(journal.end()):
        again = take(chain, record)
        if again is None:
            continue
        if again.entry > reached:
            yield again
        if tail_of(again) == tail_of(last):
            return
        tail = tail_of(again)
    chain.require_one()
    raise BrokenInvariant(
        f"journal.v1 has a hole behind entry {tail.entry}: entry {last.entry} stands there, and what lies between is "
        "gone. The board cannot be built from it any more; bring the missing records back, or begin under another "
        "HARMWATCH_PREFIX"
    )


def entry_at(finder: Reader, number: int, last: JournalEntry) -> JournalEntry | None:
    """The entry with a number; None where there is none up to `last`."""
    found = entries_from(finder, finder, number, last) if number > 0 else iter(())
    return next(found, None)


def _from_place(
    take: Callable[[Chain, Record], _E | None], finder: Reader, journal: Reader, first: int, last: JournalEntry
) -> Iterator[_E]:
    """The entries from the place on at which the first seems to lie; maybe none, maybe not all."""
    place = _place_of(finder, first, last)
    if place is None:
        return
    offset, tail = place
    journal.seek(offset)
    chain = Chain(last.board, tail)
    for record in journal.read_until(journal.end()):
        entry = take(chain, record)
        if entry is not None:
            yield entry


def _place_of(journal: Reader, number: int, last: JournalEntry) -> tuple[int, Tail] | None:
    """The offset at which the entry seems to lie, and what it continues there; None: it was not found."""
    if number == 1:
        return 0, BEGINNING
    offset, end = place_of_entry(journal, number, last), journal.end()
    journal.seek(offset)
    found: tuple[int, Tail, Tail] | None = None
    for record in islice(journal.read_until(end), 4 * SHORTLY_BEFORE):
        entry = sound_entry(record.value, last.board)
        if entry is None:
            continue
        if found is not None and before(entry) == found[2]:
            return found[:2]  # a copy is not continued
        if entry.entry == number:
            if tail_of(entry) == tail_of(last):
                return record.offset, before(entry)
            found = found or (record.offset, before(entry), tail_of(entry))
    return None


def place_of_entry(journal: Reader, number: int, last: JournalEntry) -> int:
    """An offset from which entry `number`, or one SHORTLY_BEFORE it, is the next."""
    return place_before(journal, lambda entry: entry.entry > number, last)


def place_before(journal: Reader, is_behind: Callable[[JournalEntry], bool], last: JournalEntry) -> int:
    """An offset SHORTLY_BEFORE the first entry that is behind what is looked for, as all after it are."""
    low, high = 0, journal.end()
    while high - low > SHORTLY_BEFORE:
        middle = (low + high) // 2
        first = _next_entry(journal, middle, high, last)
        if first is None or is_behind(first):
            high = middle
        else:
            low = middle
    return low


def _next_entry(journal: Reader, offset: int, end: int, last: JournalEntry) -> JournalEntry | None:
    """The first entry from an offset on, of those that continue each other; None: there is none."""
    journal.seek(offset)
    records = list(islice(journal.read_until(end), _FEW))
    root = _root(records, last.board, times=1)
    if root is not None:
        return root
    sound = (sound_entry(record.value, last.board) for record in records)
    return next((entry for entry in sound if entry is not None and entry.entry <= last.entry), None)

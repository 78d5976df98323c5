"""Whatever somebody else writes between the entries of a journal: the same entries are found, from every number on."""

from collections.abc import Sequence
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broker.entries import BEGINNING, entries_in, tail_of
from broker.journal import Journal
from broker.tail import entries_from, entry_at, first_entry, last_entry
from models.alert import wire_bytes
from models.errors import BrokenInvariant
from models.journal.entry import JournalEntry, chain
from models.journal.transition import Entry, EntryKind
from models.record import Record
from tests.audit.golden.history import WrittenDown

BOARD, LENGTH = "v100", 400


def a_journal(board: str = BOARD, length: int = LENGTH) -> list[JournalEntry]:
    """A founding, and a heartbeat a minute."""
    entries, previous = [], BEGINNING.hash
    for number in range(1, length + 1):
        kind = EntryKind.POLICY if number == 1 else EntryKind.HEARTBEAT
        body = '{"board":"v100"}' if number == 1 else None
        entries.append(chain(Entry(number, kind, number * 60_000_000, body=body), board, "wall", "0" * 64, previous))
        previous = entries[-1].hash
    return entries


ENTRIES = a_journal()
OURS = [wire_bytes(entry) for entry in ENTRIES]
OTHERS = [wire_bytes(entry) for entry in a_journal("other", 5)]
FAR_AHEAD = wire_bytes(chain(Entry(1_000_000, EntryKind.HEARTBEAT, 0), BOARD, "wall", "0" * 64, "a" * 64))
foreign = st.one_of(
    st.sampled_from([None, b"", b"null", b"{}", b"\x00", FAR_AHEAD, *OTHERS]),
    st.sampled_from(OURS[:350]),
    st.sampled_from(OURS).map(lambda value: value.replace(b'"drained":0', b'"drained":1')),
)
placed = st.lists(st.tuples(st.integers(351, LENGTH), foreign), max_size=30)


def written(values: Sequence[bytes | None]) -> WrittenDown:
    return WrittenDown([Record(offset, 0, None, value) for offset, value in enumerate(values)])


def between(places: list[tuple[int, bytes | None]], *, early: bool = False) -> list[bytes | None]:
    """The journal with records at those places; `early` ones stand anywhere."""
    values: list[bytes | None] = []
    for number, value in enumerate(OURS):
        values += [
            told for place, told in places if (place - 350) * (8 if early else 1) % LENGTH == number - 350 * early
        ]
        values.append(value)
    return values + [told for place, told in places if place == LENGTH]


@given(places=placed, first=st.integers(1, LENGTH))
@settings(max_examples=60)
def test_foreign_records_lead_nobody_astray(places: list[tuple[int, bytes | None]], first: int) -> None:
    reader = written(between(places))
    last = last_entry(reader)
    assert last == ENTRIES[-1]
    assert first_entry(reader) == ENTRIES[0]
    assert entry_at(reader, first, last) == ENTRIES[first - 1]
    assert list(islice(entries_from(reader, reader, first, last), 5)) == ENTRIES[first - 1 : first + 4]


def test_many_old_entries_in_order_are_foreign_too() -> None:
    reader = written([*OURS[:300], *OURS[:250], *OURS[300:], *OURS[100:130], b"\x00"])
    last = last_entry(reader)
    assert last == ENTRIES[-1]
    for first in range(1, LENGTH + 1, 13):
        assert list(entries_from(reader, reader, first, last)) == ENTRIES[first - 1 :]


def test_a_journal_of_foreign_records_alone_has_no_entry() -> None:
    reader = written([b"\x00", FAR_AHEAD, *OURS[5:9]] * 40)
    assert first_entry(reader) is None
    assert last_entry(reader) is None


def test_a_hole_is_named_by_the_entry_before_it() -> None:
    reader = written([*OURS[:100], *OURS[110:]])
    last = last_entry(reader)
    assert last == ENTRIES[-1]
    with pytest.raises(BrokenInvariant, match="a hole behind entry 100"):
        list(entries_from(reader, reader, 50, last))


def a_rival_of(number: int) -> bytes:
    before = ENTRIES[number - 2]
    return wire_bytes(chain(Entry(number, EntryKind.TICK, 0, drained=1), BOARD, "wall", "0" * 64, before.hash))


@pytest.mark.parametrize("behind", [0, 3, 40], ids=lambda behind: f"{behind} entries behind them")
def test_two_records_that_continue_one_entry_stop_who_reads_on(behind: int) -> None:
    number = LENGTH - behind
    forged_first = [*OURS[: number - 1], a_rival_of(number), *OURS[number - 1 :]]
    with pytest.raises(BrokenInvariant, match=f"two records of journal.v1 continue entry {number - 1}"):
        last_entry(written(forged_first))
    assert not behind or last_entry(written([*OURS[:number], a_rival_of(number), *OURS[number:]])) == ENTRIES[-1]


def test_what_continues_an_entry_when_the_journal_has_gone_on_is_foreign() -> None:
    values = [*OURS, a_rival_of(200)]
    records = [Record(offset, 0, None, value) for offset, value in enumerate(values)]
    assert [tail_of(entry) for entry in entries_in(records, None)] == [tail_of(entry) for entry in ENTRIES]


@given(places=placed, number=st.integers(0, LENGTH - 1))
@settings(max_examples=20)
def test_a_journal_goes_on_behind_any_entry(places: list[tuple[int, bytes | None]], number: int) -> None:
    journal = Journal(written(between(places)))
    walked = list(journal.walk(whole=True))
    assert [entry for _, entry in walked] == list(journal.entries()) == ENTRIES
    offset, entry = walked[number]
    assert list(journal.walk(BOARD, offset + 1, tail_of(entry), whole=True)) == walked[number + 1 :]


def test_a_hole_behind_the_newest_entry_is_seen_by_who_wants_the_whole() -> None:
    journal = Journal(written([*OURS[:350], *OURS[351:]]))
    assert len(list(journal.entries())) == 350
    with pytest.raises(BrokenInvariant, match="a hole behind entry 350"):
        list(journal.walk(whole=True))

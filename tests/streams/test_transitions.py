"""The entry in which somebody entered the band is found by the journal's own chain, whatever lies between."""

import json
from collections.abc import Sequence
from dataclasses import replace

import pytest

from broker.entries import BEGINNING
from broker.tail import last_entry
from models.alert import wire_bytes
from models.errors import BrokenInvariant
from models.instants import DAY
from models.journal.entry import JournalEntry, chain, hash_of
from models.journal.transition import BandEntry, Cause, CauseKind, Entry, EntryKind, Move, Standing, Transition
from runtime.transitions import entry_of_entrance
from tests.broker.test_journal_walk import written

BOARD, LENGTH, MOVES_EVERY = "v100", 400, 7
SOME = Transition(
    sequence=0, move=Move.ENTERED, offender_id="p", rank=1, score=1, previous=Standing(None, 0), cut=None,
    counterpart=None, cause=Cause(CauseKind.OFFENCE, "e", "o", "p"), contributions=(), contributions_total=0,
    expected_exit_at=None, entered=None, as_of=0, offset=0,
)  # fmt: skip


def a_move(sequence: int, number: int, offender_id: str = "p") -> Transition:
    return replace(SOME, sequence=sequence, as_of=instant_of(number), offender_id=offender_id)


def instant_of(number: int) -> int:
    """Of an entry: a hundred come at each instant."""
    return number // 100 * DAY


def a_journal() -> list[JournalEntry]:
    """A founding, and every few entries one that moves two people."""
    entries, previous = list[JournalEntry](), BEGINNING.hash
    for number in range(1, LENGTH + 1):
        sequence = 2 * (number // MOVES_EVERY) - 1
        moves = (a_move(sequence, number), a_move(sequence + 1, number)) if number % MOVES_EVERY == 0 else ()
        kind = EntryKind.POLICY if number == 1 else EntryKind.TICK
        entry = Entry(number, kind, instant_of(number), transitions=moves, body="{}" if number == 1 else None)
        entries.append(chain(entry, BOARD, "wall", "0" * 64, previous))
        previous = entries[-1].hash
    return entries


ENTRIES = a_journal()
OURS = [wire_bytes(entry) for entry in ENTRIES]
LAST_SEQUENCE = 2 * (LENGTH // MOVES_EVERY)


def found(values: Sequence[bytes | None], sequence: int) -> JournalEntry:
    reader = written(values)
    last = last_entry(reader)
    assert last is not None
    number = (sequence + 1) // 2 * MOVES_EVERY
    return entry_of_entrance(reader, BandEntry(sequence, instant_of(number)), last)


@pytest.mark.parametrize("sequence", [1, 2, 27, 28, 29, LAST_SEQUENCE - 1, LAST_SEQUENCE])
def test_it_is_found_by_its_instant_also_among_many_of_the_same(sequence: int) -> None:
    assert found(OURS, sequence) == ENTRIES[(sequence + 1) // 2 * MOVES_EVERY - 1]


@pytest.mark.parametrize("at", [0, 30, 90, 110, 399])
def test_one_that_another_has_written_is_not_taken_for_it(at: int) -> None:
    """It could name another person's key, and what is said of this one would open to who holds that."""
    forged = chain(Entry(98, EntryKind.TICK, 0, transitions=(a_move(27, 98, "q"),)), BOARD, "wall", "0" * 64, "a" * 64)
    values = [*OURS[:at], *[wire_bytes(forged)] * 5, *OURS[:at], *OURS[at:]]
    assert found(values, 27) == ENTRIES[97]


@pytest.mark.parametrize("at", [0, 90, 200, 399])
@pytest.mark.parametrize("as_of", ["whenever", "", "1899-12-31T00:00:00Z"])
def test_a_strangers_record_of_no_instant_leads_nobody_astray(at: int, as_of: str) -> None:
    """Its hash is right: without that it would be passed over anyway."""
    document = json.loads(OURS[97]) | {"as_of": as_of, "hash": ""}
    stranger = JournalEntry.model_validate(document)
    stranger = stranger.model_copy(update={"hash": hash_of(stranger)})
    values = [*OURS[:at], *[wire_bytes(stranger)] * 30, *OURS[at:]]
    assert found(values, 27) == ENTRIES[97]
    assert found(values, LAST_SEQUENCE) == ENTRIES[LAST_SEQUENCE // 2 * MOVES_EVERY - 1]


def test_one_that_is_nowhere_stops_who_asks() -> None:
    with pytest.raises(BrokenInvariant, match=f"no transition {LAST_SEQUENCE + 1}"):
        found(OURS, LAST_SEQUENCE + 1)

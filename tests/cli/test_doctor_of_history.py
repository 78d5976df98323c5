"""What the doctor makes of what it has read: an emptied store is no fault of alerts, and only the chain tells ours."""

import json
from dataclasses import replace

import pytest

from broker.commit_notes import Note
from cli.doctor.check import State
from cli.doctor.history import foreign_offsets, hints_of, judge_alerts
from models.alert import wire_bytes
from models.journal.entry import JournalEntry, hash_of
from models.record import Record
from models.topics import JOURNAL
from state.position import Position, RebuildProgress
from streams.recovery.expected_board import Hints
from tests.audit.golden.history import golden_histories

NEWEST = golden_histories()[-1].topics[JOURNAL][-20:]
BOARD = json.loads(NEWEST[0].value or b"")["board"]
AT_WORK = Position(
    generation="g", entry=9, as_of=1, entry_as_of=1, sequence=5, outbox=0, ledger={}, published_hash="",
    half_written=False, whole=True, recovering=False, awaited=None, policy_digest="", parked={}, apart=(), leap=None,
    rebuilding=None,
)  # fmt: skip


@pytest.mark.parametrize(
    ("position", "sequence", "state"),
    [
        (AT_WORK, 5, State.GOOD),
        (AT_WORK, 6, State.FAULT),
        (replace(AT_WORK, entry=None, sequence=0), 6, State.GOOD),
        (replace(AT_WORK, sequence=2, rebuilding=RebuildProgress(9, 0)), 6, State.GOOD),
    ],
)
def test_alerts_are_ahead_only_of_a_board_that_is_there_and_whole(
    position: Position, sequence: int, state: State
) -> None:
    assert judge_alerts(position, sequence).state is state


def test_the_doctor_looks_where_a_recovery_would() -> None:
    notes = {0: Note("id", 40, 7, 31), 1: Note("", 0, 0, 35)}
    assert hints_of(notes) == Hints({0: 31, 1: 35}, 40, 7)
    assert hints_of({1: Note("", 0, 0, 35)}) == Hints({1: 35})


def forged(record: Record) -> bytes:
    """An entry that is sound in itself, and continues none."""
    entry = JournalEntry.model_validate_json(record.value or b"").model_copy(update={"previous_hash": "7" * 64})
    return wire_bytes(entry.model_copy(update={"hash": hash_of(entry)}))


@pytest.mark.parametrize("begin", [0, 1, 5])
def test_what_continues_nothing_is_foreign_however_sound(begin: int) -> None:
    records = NEWEST[begin:]
    assert foreign_offsets(records, BOARD) == []
    for place, value in ((1, b"{}"), (4, forged(NEWEST[8])), (len(records), forged(NEWEST[-1]))):
        mixed = [*records[:place], Record(77, 0, b"", value, []), *records[place:]]
        assert foreign_offsets(mixed, BOARD) == [77], place


def test_of_records_that_do_not_continue_each_other_the_sound_ones_are_taken_for_ours() -> None:
    assert foreign_offsets([NEWEST[0], NEWEST[7]], BOARD) == []
    assert foreign_offsets([NEWEST[0], NEWEST[7]._replace(value=b"{}")], BOARD) == [NEWEST[7].offset]
    assert foreign_offsets([], BOARD) == []

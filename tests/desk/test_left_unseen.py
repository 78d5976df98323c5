"""Who stood in the queue after they had left is found by what lies on the two topics."""

from typing import Any

import pytest

from cli.officers.left_unseen import times_of
from desk.records import DeskRecords
from tests.desk.acts import Shift, at


def records(shift: Shift) -> DeskRecords:
    told_at = {change.sequence: at(1_000 + change.sequence) for change in shift.changes}
    return DeskRecords(tuple(shift.changes), tuple(shift.acts), (), told_at)


def test_a_stay_that_ended_before_anybody_looked_stood_there_until_someone_did() -> None:
    shift = Shift(("p1", "p2", "p3"))
    shift.do("look", stay=2, seconds=50)
    for stay in (1, 2, 3):
        shift.leave(stay, 60)
    shift.do("close", stay=3, seconds=2_000, basis=None, note=None)
    assert list(times_of(records(shift), frozenset({1, 2, 3}))) == [(at(1_004), None), (at(1_006), at(2_000))]
    assert list(times_of(records(shift), frozenset({2, 9}))) == []


@pytest.mark.parametrize("kind", ["note", "release"])
def test_what_is_no_look_ends_no_time_in_the_queue(kind: str) -> None:
    shift = Shift(("p1",))
    shift.leave(1, 60)
    facts: dict[str, Any] = {}
    shift.do(kind, stay=1, seconds=2_000, **facts)
    assert list(times_of(records(shift), frozenset({1}))) == [(at(1_002), None)]

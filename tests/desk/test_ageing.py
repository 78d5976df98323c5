"""What may have been forgotten: orphans on top, and nothing that somebody has just taken in hand."""

import pytest

from desk.ageing import ageing_items
from tests.desk.acts import HOUR, Shift, at, text_at


def items(shift: Shift, seconds: float) -> list[tuple[str, int]]:
    return [(item.kind, item.stay) for item in ageing_items(shift.desk(seconds))]


def test_what_nobody_has_looked_at_is_ageing_behind_its_term_and_not_before() -> None:
    shift = Shift()
    assert items(shift, HOUR) == []
    assert items(shift, HOUR + 2) == [("unlooked", 1)]


def test_what_was_looked_at_is_ageing_once_it_is_in_hand_for_longer_than_a_shift() -> None:
    shift = Shift()
    shift.do("look", stay=1, seconds=60)
    for hour in (4, 8):
        shift.do("note", stay=1, seconds=hour * HOUR)
    assert items(shift, 12 * HOUR) == []
    assert items(shift, 12 * HOUR + 60) == [("looked_at", 1)]


def test_an_orphan_of_an_ended_shift_stands_on_top_at_once() -> None:
    shift = Shift(("p1", "p2"))
    shift.do("look", stay=2, seconds=60)
    assert items(shift, 12 * HOUR + 60) == [("orphan", 2), ("unlooked", 1)]
    shift.do("look", "bob", stay=2, seconds=12 * HOUR + 120)
    assert items(shift, 12 * HOUR + 120) == [("unlooked", 1)]


def test_what_was_put_off_is_on_the_list_until_it_comes_back() -> None:
    shift = Shift()
    shift.do("look", stay=1)
    shift.do("snooze", stay=1, until=text_at(8 * HOUR))
    assert items(shift, 60) == [("snoozed", 1)]
    assert ageing_items(shift.desk(60))[0].until == at(8 * HOUR)
    assert items(shift, 8 * HOUR + 1) == []
    assert items(shift, 9 * HOUR + 1) == [("unlooked", 1)]


@pytest.mark.parametrize(
    ("provisional", "early", "late"), [(True, "provisional", "provisional"), (False, None, "unanswered")]
)
def test_a_proposal_is_ageing_at_once_where_it_holds_already_and_else_behind_its_term(
    provisional: bool, early: str | None, late: str
) -> None:
    shift = Shift()
    shift.do("look", stay=1)
    shift.do("propose", stay=1, provisional=provisional)
    assert items(shift, 60) == ([] if early is None else [(early, 1)])
    assert items(shift, 2 * HOUR) == [(late, 1)]


def test_of_each_kind_the_oldest_comes_first_and_who_was_erased_is_on_no_list() -> None:
    shift = Shift(("p1", "p2", "p3"))
    shift.leave(3, 30)
    shift.do("erased", stay=1, seconds=40)
    assert [(item.kind, item.stay) for item in ageing_items(shift.desk(3 * HOUR))] == [("unlooked", 2), ("unlooked", 3)]


def test_a_desk_without_rules_has_no_list() -> None:
    shift = Shift()
    shift.acts.clear()
    assert items(shift, 9 * HOUR) == []

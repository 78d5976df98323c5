"""What ends by time, and by which: nobody has to write it."""

from dataclasses import replace

import pytest

from models.desk.rules import DeskRules
from tests.desk.acts import HOUR, RULES, Shift, at, text_at
from tests.desk.test_rules import looked, proposed, stay_of


@pytest.mark.parametrize(("until", "answer"), [(0, "refused"), (8, "taken"), (24, "taken"), (25, "refused")])
def test_a_snooze_ends_in_time(until: int, answer: str) -> None:
    shift = looked()
    shift.do("snooze", stay=1, seconds=60, until=text_at(60 + until * HOUR))
    assert shift.answer() == answer


def test_a_snooze_comes_back_by_time_though_nobody_wrote_it() -> None:
    shift = looked()
    shift.do("snooze", stay=1, seconds=60, until=text_at(5 * HOUR))
    assert stay_of(shift, 5 * HOUR - 1).returned is None
    back = stay_of(shift, 5 * HOUR).returned
    assert back is not None
    assert (back.cause, back.at) == ("snooze_over", at(5 * HOUR))


def test_a_look_counts_as_long_as_the_rules_say() -> None:
    shift = Shift(rules=DeskRules(shift_seconds=30 * 24 * HOUR))
    shift.do("look", stay=1, seconds=10)
    assert stay_of(shift, 10 + RULES.look_seconds - 1).owner == "ann"
    assert stay_of(shift, 10 + RULES.look_seconds).owner is None


@pytest.mark.parametrize(("provisional", "hours"), [(True, 12), (False, 24)])
def test_a_proposal_that_nobody_answers_ends_by_time(provisional: bool, hours: int) -> None:
    shift, name = proposed(provisional=provisional)
    assert len(shift.desk(100 + hours * HOUR - 1).open_proposals) == 1
    assert shift.desk(100 + hours * HOUR).open_proposals == ()
    shift.do("confirm", "bob", stay=1, second_of=name, seconds=100 + hours * HOUR)
    assert shift.answer() == "late"


def test_one_person_alone_holds_nothing_up_by_provisional_proposals_one_after_another() -> None:
    shift, _ = proposed(provisional=True)
    shift.do("look", stay=1, seconds=100 + 13 * HOUR)
    shift.do("propose", stay=1, provisional=True)
    assert shift.answer() == "refused"
    plain = shift.do("propose", stay=1)
    assert shift.answer() == "taken"
    shift.do("return", "bob", stay=1, second_of=plain)
    shift.do("propose", stay=1, provisional=True)
    assert shift.answer() == "taken"


def test_what_fell_due_before_the_end_of_a_stay_ended_by_time() -> None:
    shift, _ = proposed(provisional=True)
    shift.leave(1, 100 + 20 * HOUR)
    assert [each.end for each in stay_of(shift).proposals] == ["time"]


def test_time_never_goes_back() -> None:
    shift = looked(seconds=1_000)
    act = shift.acts[-1]
    shift.acts[-1] = replace(act, at=at(-5))
    assert shift.desk().at == at(1)
    assert stay_of(shift).handling is not None
    assert shift.desk(-10) == shift.desk()


@pytest.mark.parametrize(
    ("appended", "written", "told"), [(100, 100, 100), (100, 39, 99), (100, 5_000, 100), (100, -9_000, 1)]
)
def test_the_time_of_the_desk_is_the_brokers_at_most_a_minute_after_the_writers(
    appended: float, written: float, told: float
) -> None:
    """A record that lay at its writer for long moves no time on, and a clock that leads moves none either."""
    assert looked(seconds=appended, at=text_at(written)).desk().at == at(told)


def test_alerts_move_no_time_on() -> None:
    shift, _ = proposed(provisional=True)
    shift.enter("p2", 100 + 20 * HOUR)
    assert [each.end for each in stay_of(shift).proposals] == [None]
    assert shift.desk().at == at(100)
    shift.do("note", stay=1, seconds=100 + 12 * HOUR)
    assert [each.end for each in stay_of(shift).proposals] == ["time"]


def test_what_an_officer_looked_at_is_an_orphan_twelve_hours_after_their_last_record() -> None:
    shift = Shift(("p1", "p2"))
    shift.do("look", stay=1, seconds=10)
    shift.do("look", "bob", stay=2, seconds=10)
    shift.do("note", stay=1, seconds=5 * HOUR)
    desk = shift.desk(17 * HOUR - 1)
    assert (desk.stays[1].owner, desk.stays[2].owner) == ("ann", None)
    back = desk.stays[2].returned
    assert back is not None
    assert (back.cause, back.at) == ("orphaned", at(12 * HOUR + 10))
    assert stay_of(shift, 17 * HOUR).owner is None
    shift.do("look", "cyd", stay=1, seconds=17 * HOUR)
    assert shift.answer() == "taken"


def test_shorter_shifts_hold_for_what_was_looked_at_before() -> None:
    shift = looked(seconds=10)
    change = {"role": "supervisor", "by": "sue", "sign_in": "s-sue", "note": "short nights"}
    shift.do("rules", rules=DeskRules(shift_seconds=HOUR), seconds=20, **change)
    assert stay_of(shift, HOUR + 10).owner is None

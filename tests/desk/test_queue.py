"""The queue: the most urgent first, and what nobody has done in time is overdue."""

from desk.queue import overdue, queue
from tests.desk.acts import HOUR, Shift, a_basis, text_at


def kinds(shift: Shift, seconds: float) -> list[tuple[str, int]]:
    return [(item.kind, item.stay) for item in queue(shift.desk(seconds))]


def a_busy_desk() -> Shift:
    shift = Shift(("p1", "p2", "p3", "p4", "p5"))
    shift.do("look", stay=1)
    shift.do("propose", stay=1)
    look = shift.do("look", stay=2)
    shift.do("lapse", stay=2, second_of=look, basis=a_basis(2, 5_000))
    shift.do("look", stay=3)
    shift.do("snooze", stay=3, until=text_at(HOUR))
    shift.leave(5)
    return shift


def test_the_queue_begins_with_what_is_most_urgent() -> None:
    expected = [("second_key", 1), ("lapsed", 2), ("entered", 4), ("left_unseen", 5), ("returned", 3)]
    assert kinds(a_busy_desk(), 2 * HOUR) == expected


def test_a_snooze_is_not_in_the_queue_until_it_ends() -> None:
    shift = a_busy_desk()
    assert ("returned", 3) not in kinds(shift, HOUR - 1)
    assert ("returned", 3) in kinds(shift, HOUR)


def test_what_waits_longer_than_the_rules_allow_is_overdue_the_oldest_first() -> None:
    shift = a_busy_desk()
    assert overdue(shift.desk(HOUR)) == ()
    found = overdue(shift.desk(HOUR + 60))
    assert [item.stay for item in found] == [4, 1, 2, 5]
    assert [item.due_at for item in found] == sorted(item.due_at for item in found)


def test_one_look_takes_a_stay_that_was_left_unseen_out_of_the_queue() -> None:
    shift = a_busy_desk()
    shift.do("look", "bob", stay=5)
    assert shift.answer() == "taken"
    assert ("left_unseen", 5) not in kinds(shift, HOUR)


def test_a_stay_that_ends_in_its_own_instant_is_left_unseen_by_nobody() -> None:
    shift = Shift(())
    shift.enter("p1", 5)
    shift.leave(1, 5)
    assert kinds(shift, HOUR) == []


def test_proposals_that_end_first_come_first() -> None:
    shift = Shift(("p1", "p2"))
    for stay, provisional in ((1, False), (2, True)):
        shift.do("look", stay=stay)
        shift.do("propose", stay=stay, provisional=provisional)
    assert kinds(shift, 60) == [("second_key", 2), ("second_key", 1)]


def test_an_erased_person_is_in_no_queue() -> None:
    shift = Shift()
    shift.do("erased", stay=1)
    assert kinds(shift, HOUR) == []


def test_a_stay_that_the_desk_was_opened_with_is_overdue_and_not_in_the_queue() -> None:
    shift = Shift(())
    shift.changes, rules = [], shift.acts[0]
    shift.enter("p1")
    shift.acts[0] = type(rules)(0, rules.at, rules.action.model_copy(update={"after": 1}))
    shift.enter("p2")
    assert kinds(shift, 60) == [("entered", 2)]
    assert [(item.kind, item.stay) for item in overdue(shift.desk(2 * HOUR))] == [("inherited", 1), ("entered", 2)]
    shift.leave(1)
    assert kinds(shift, 60) == [("entered", 2)]

"""The rules of the desk: who may do what with a stay, and what ends by time."""

from typing import Any

import pytest

from desk.band_change import ExitChange
from desk.stay import Stay
from models.desk.basis import Basis
from tests.desk.acts import Shift, a_basis, at


def looked(**facts: Any) -> Shift:  # Any: fields of the look
    shift = Shift()
    shift.do("look", stay=1, **facts)
    return shift


def proposed(**facts: Any) -> tuple[Shift, str]:  # Any: fields of the proposal
    shift = looked()
    return shift, shift.do("propose", stay=1, seconds=100, **facts)


def stay_of(shift: Shift, seconds: float | None = None) -> Stay:
    return shift.desk(seconds).stays[1]


@pytest.mark.parametrize("kind", ["lapse", "erased", "look", "note"])
def test_a_person_writes_nothing_that_is_the_consoles_and_the_other_way_round(kind: str) -> None:
    shift = Shift()
    consoles = kind in {"lapse", "erased"}
    role, sign_in = ("officer", "s1") if consoles else ("console", None)
    more: dict[str, Any] = {"stay": 1}
    more |= {"second_of": "0" * 32} if kind == "lapse" else {}
    shift.do(kind, role=role, sign_in=sign_in, **more)
    assert "does not write" in shift.last().why


def test_who_looks_first_owns_it() -> None:
    shift = looked()
    shift.do("look", "bob", stay=1)
    assert shift.answer() == "late"
    assert stay_of(shift).owner == "ann"


def test_the_same_action_twice_changes_nothing() -> None:
    shift = Shift()
    name = shift.do("note", stay=1, note="once")
    shift.do("note", stay=1, note="twice", action_id=name)
    assert shift.answer() == "repeated"
    assert [note.text for note in stay_of(shift).notes] == ["once"]


def test_an_action_whose_id_was_refused_stays_refused() -> None:
    shift = Shift()
    name = shift.do("note", stay=9)
    shift.do("note", stay=1, action_id=name)
    assert shift.answer() == "repeated"
    assert stay_of(shift).notes == ()


@pytest.mark.parametrize("seen", [0, 1, 2, 9])
def test_what_the_page_showed_decides_nothing(seen: int) -> None:
    shift = Shift()
    shift.do("look", stay=1, sequence_seen=seen)
    assert shift.answer() == "taken"
    shift.leave(1)
    shift.do("close", stay=1, sequence_seen=seen)
    assert shift.answer() == "late"
    shift.do("note", stay=1, sequence_seen=seen)
    assert shift.answer() == "taken"


def test_only_the_owner_closes_and_a_closed_stay_is_nobodys() -> None:
    shift = looked()
    shift.do("close", "bob", stay=1)
    assert shift.answer() == "late"
    shift.do("close", stay=1)
    assert (shift.answer(), stay_of(shift).owner) == ("taken", None)
    shift.do("look", "bob", stay=1)
    assert shift.answer() == "late"


def test_a_stay_must_be_looked_at_before_anything_is_decided() -> None:
    shift = Shift()
    shift.do("propose", stay=1)
    assert shift.answer() == "refused"


@pytest.mark.parametrize(
    ("by", "role", "why", "answer"),
    [
        ("ann", "officer", None, "taken"),
        ("bob", "officer", "busy", "refused"),
        ("bob", "supervisor", None, "refused"),
        ("bob", "supervisor", "busy", "taken"),
    ],
)
def test_only_the_owner_or_with_a_reason_a_supervisor_releases(
    by: str, role: str, why: str | None, answer: str
) -> None:
    shift = looked()
    shift.do("release", by, stay=1, role=role, note=why)
    assert shift.answer() == answer


@pytest.mark.parametrize(("measure", "answer"), [("accept", "taken"), ("refer", "refused")])
def test_only_an_acceptance_is_provisional(measure: str, answer: str) -> None:
    shift, _ = proposed(measure=measure, provisional=True)
    assert shift.answer() == answer


def test_actions_without_a_sign_in_are_counted_and_two_names_still_decide() -> None:
    shift = Shift()
    shift.do("look", stay=1, sign_in="none")
    name = shift.do("propose", stay=1, sign_in="none")
    shift.do("confirm", "bob", stay=1, second_of=name, sign_in="none")
    assert (shift.answer(), shift.desk().unsigned) == ("taken", 3)


def test_a_decision_takes_two_persons() -> None:
    shift, name = proposed()
    shift.do("confirm", stay=1, second_of=name)
    assert shift.answer() == "refused"
    shift.do("confirm", "bob", stay=1, second_of=name, role="officer")
    assert "a supervisor confirms" in shift.last().why
    shift.do("confirm", "idp:bob", stay=1, second_of=name)
    assert "two ways of signing in" in shift.last().why
    assert shift.desk().decisions == ()
    shift.do("confirm", "bob", stay=1, second_of=name)
    ((stay, decision),) = shift.desk().decisions
    assert (stay, decision.by, decision.answered_by) == (1, "ann", "bob")


@pytest.mark.parametrize("kind", ["propose", "return"])
def test_a_role_that_decides_nothing_decides_nothing(kind: str) -> None:
    shift, name = proposed()
    more: dict[str, Any] = {} if kind == "propose" else {"second_of": name}
    shift.do(kind, "bob", stay=1, role="auditor", **more)
    assert "decides nothing" in shift.last().why


TWO = (("o1", 1, "9A", 700), ("o2", 1, "9A", 300))


@pytest.mark.parametrize(
    ("now", "answer"),
    [
        (a_basis(9, 1_000, "a", *TWO), "taken"),
        (a_basis(2, 1_000, "a", *TWO), "taken"),
        (a_basis(9, 700, "a", TWO[0]), "taken"),
        (a_basis(9, 1_001, "a", *TWO, ("o3", 1, "9A", 1)), "changed"),
        (a_basis(9, 1_000, "a", ("o1", 2, "9A", 700), TWO[1]), "changed"),
        (a_basis(9, 1_000, "b", *TWO), "changed"),
    ],
    ids=["the same", "of an earlier entry", "one expired", "one more", "one corrected", "another policy"],
)
def test_who_confirms_has_read_the_same_offences_under_the_same_policy(now: Basis, answer: str) -> None:
    shift, name = proposed(basis=a_basis(5, 1_000, "a", *TWO))
    shift.do("confirm", "bob", stay=1, second_of=name, basis=now)
    assert shift.answer() == answer


@pytest.mark.parametrize(("by", "end"), [("ann", "withdrawn"), ("bob", "returned")])
def test_what_its_proposer_or_a_second_person_returns_is_over(by: str, end: str) -> None:
    shift, name = proposed()
    shift.do("return", by, stay=1, second_of=name)
    assert (shift.answer(), stay_of(shift).proposals[0].end) == ("taken", end)
    shift.do("confirm", "bob", stay=1, second_of=name)
    assert shift.answer() == "late"


def test_a_stay_of_another_board_is_none_of_this_desk() -> None:
    shift = Shift()
    shift.do("look", stay="v200:1")
    assert "no such stay" in shift.last().why
    shift.do("erased", stays=("v200:1",))
    assert (shift.answer(), stay_of(shift).is_erased) == ("refused", False)


def test_a_reason_is_one_of_those_that_the_rules_list() -> None:
    shift = looked()
    shift.do("close", stay=1, reason_code="mood")
    assert "no reason of this desk" in shift.last().why
    shift.do("close", stay=1, reason_code="known")
    assert shift.answer() == "taken"


def test_the_end_of_a_stay_ends_what_is_open_about_it() -> None:
    shift, name = proposed()
    shift.leave(1)
    assert [each.end for each in stay_of(shift).proposals] == ["stay_ended"]
    shift.do("confirm", "bob", stay=1, second_of=name, sequence_seen=1)
    assert shift.answer() == "late"


@pytest.mark.parametrize(
    ("cause", "now", "answer"),
    [
        ("growth", a_basis(2, 1_200), "taken"),
        ("growth", a_basis(2, 1_199), "refused"),
        ("growth", a_basis(1, 9_000), "refused"),
        ("growth", a_basis(1, 9_000, generation="g2"), "taken"),
        ("growth", a_basis(2, 1_000, "a", ("o2", 1, "1A", 182_000)), "taken"),
        ("growth", a_basis(2, 1_000, "a", ("o2", 1, "1A", 181_999)), "refused"),
        ("growth", a_basis(2, 1_000, "a", ("o1", 1, "9A", 182_000)), "refused"),
        ("growth", a_basis(2, 0, "a", ("o1", 1, "9A", 0)), "refused"),
        ("correction", a_basis(2, 1_000, "a", ("o1", 2, "9A", 700)), "taken"),
        ("correction", a_basis(2, 1_000, "a", ("o1", 1, "9A", 700)), "refused"),
        ("correction", a_basis(2, 1_000, "b", ("o1", 2, "9A", 700)), "refused"),
        ("growth", a_basis(2, 9_000, "b"), "refused"),
        ("policy", a_basis(2, 1_000, "b"), "taken"),
        ("policy", a_basis(2, 9_000), "refused"),
    ],
)
def test_a_lapse_needs_a_cause_that_its_bases_show(cause: str, now: object, answer: str) -> None:
    shift = Shift()
    name = shift.do("look", stay=1)
    shift.do("lapse", stay=1, second_of=name, cause=cause, basis=now)
    assert shift.answer() == answer
    assert (stay_of(shift).owner is None) == (answer == "taken")


def test_a_lapse_that_two_consoles_write_is_one_and_no_other_id_is_taken() -> None:
    shift = Shift()
    name = shift.do("look", stay=1)
    shift.do("lapse", stay=1, second_of=name, basis=a_basis(2, 5_000), action_id="9" * 32)
    assert "its id is not" in shift.last().why
    shift.do("lapse", stay=1, second_of=name, basis=a_basis(2, 5_000))
    assert shift.answer() == "taken"
    shift.do("lapse", stay=1, second_of=name, basis=a_basis(3, 5_000))
    assert shift.answer() == "repeated"


def test_a_lapse_of_a_look_that_is_not_the_current_one_changes_nothing() -> None:
    shift = Shift()
    old = shift.do("look", stay=1)
    shift.do("look", stay=1, basis=a_basis(3, 5_000))
    shift.do("lapse", stay=1, second_of=old, basis=a_basis(4, 5_000))
    assert (shift.answer(), stay_of(shift).owner) == ("late", "ann")


def test_who_acts_on_a_page_from_before_a_lapse_is_answered_changed() -> None:
    shift = Shift()
    name = shift.do("look", stay=1)
    shift.do("lapse", stay=1, second_of=name, basis=a_basis(7, 5_000))
    shift.do("look", stay=1, basis=a_basis(6))
    assert shift.answer() == "changed"
    shift.do("look", stay=1, basis=a_basis(7))
    assert shift.answer() == "taken"


def test_an_erasure_leaves_nothing_that_says_who_it_was() -> None:
    shift, _ = proposed()
    shift.do("note", stay=1, note="at the harbour")
    shift.do("erased", stay=1)
    stay = stay_of(shift)
    assert (stay.person, stay.notes[0].text, stay.proposals[0].why, stay.proposals[0].end) == (
        None, None, None, "erased",
    )  # fmt: skip
    assert "harbour" not in repr(shift.desk())
    shift.do("note", stay=1)
    assert shift.answer() == "refused"
    shift.do("erased", stay=1)
    assert shift.answer() == "late"


def test_an_end_that_nobody_can_match_ends_nothing() -> None:
    shift = Shift()
    shift.changes.append(ExitChange(2, None, at(9)))
    assert stay_of(shift).end_sequence is None

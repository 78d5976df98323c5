"""The rules of the desk: who may do what with a stay, and what ends by time."""

from dataclasses import replace
from typing import Any

import pytest

from desk.band_change import ExitChange
from desk.fold import DeskFold, PlacedAction
from desk.stay import Stay
from models.desk.rules import DeskRules
from models.errors import PreconditionFailed
from tests.desk.acts import HOUR, RULES, Shift, a_basis, an_action, at, text_at


def looked(**facts: Any) -> Shift:  # Any: fields of the look
    shift = Shift()
    shift.do("look", stay=1, **facts)
    return shift


def proposed(**facts: Any) -> tuple[Shift, str]:  # Any: fields of the proposal
    shift = looked()
    return shift, shift.do("propose", stay=1, seconds=100, **facts)


def stay_of(shift: Shift, seconds: float | None = None) -> Stay:
    return shift.desk(seconds).stays[1]


def test_nothing_is_taken_before_the_rules() -> None:
    shift = looked()
    fold = DeskFold().add_change(shift.changes[0])
    fold.add_act(shift.acts[1])
    assert fold.verdicts[-1].answer == "refused"
    assert fold.desk().stays[1].owner is None


def test_rules_about_another_history_are_refused() -> None:
    shift = Shift()
    change_rules(shift, DeskRules(unseen_seconds=1), first_entry="f" * 64)
    assert shift.answer() == "refused"
    assert shift.desk().rules == RULES


def change_rules(shift: Shift, rules: DeskRules, **facts: Any) -> None:  # Any: fields of the record
    """As a supervisor does."""
    plain = {"role": "supervisor", "by": "sue", "sign_in": "s-sue", "why": "a quiet season"}
    shift.do("rules", rules=rules, **(plain | facts))


@pytest.mark.parametrize(
    ("facts", "answer"),
    [
        ({}, "taken"),
        ({"role": "officer"}, "refused"),
        ({"why": None}, "refused"),
        ({"role": "console", "sign_in": None}, "late"),
    ],
    ids=str,
)
def test_a_supervisor_changes_the_rules_with_a_reason_and_a_second_console_changes_none(
    facts: dict[str, Any], answer: str
) -> None:
    shift = Shift()
    change_rules(shift, DeskRules(unseen_seconds=1), **facts)
    assert shift.answer() == answer
    assert (shift.desk().rules != RULES) == (answer == "taken")


def test_a_person_does_not_open_a_desk() -> None:
    rules = an_action("rules", 1, 0, "sue", role="supervisor", sign_in="s-sue", why="first")
    fold = DeskFold().add_act(PlacedAction(0, at(0), rules))
    assert (fold.verdicts[0].answer, fold.desk().rules) == ("refused", None)


def test_a_desk_about_another_journal_does_not_start() -> None:
    act = Shift().acts[0]
    with pytest.raises(PreconditionFailed, match=r"not f{64}"):
        DeskFold("f" * 64).add_act(act)
    assert DeskFold("e" * 64).add_act(act).desk().rules == RULES


def test_rules_of_another_fold_are_not_folded() -> None:
    with pytest.raises(PreconditionFailed, match="fold version 2"):
        Shift(rules=DeskRules(fold_version=2)).fold()


def test_later_rules_hold_from_there_on() -> None:
    shift = Shift()
    change_rules(shift, DeskRules(measures=("other",)))
    shift.do("look", stay=1)
    shift.do("propose", stay=1, measure="visit")
    assert shift.answer() == "refused"


@pytest.mark.parametrize("kind", ["lapse", "erased", "look", "note"])
def test_a_person_writes_nothing_that_is_the_consoles_and_the_other_way_round(kind: str) -> None:
    shift = Shift()
    consoles = kind in {"lapse", "erased"}
    role, sign_in = ("officer", "s1") if consoles else ("console", None)
    more: dict[str, Any] = {"stay": 1}
    more |= {"of": "0" * 32} if kind == "lapse" else {}
    shift.do(kind, role=role, sign_in=sign_in, **more)
    assert "does not write" in shift.last().why


def test_who_looks_first_owns_it() -> None:
    shift = looked()
    shift.do("look", "bob", stay=1)
    assert shift.answer() == "late"
    assert stay_of(shift).owner == "ann"


def test_the_same_action_twice_changes_nothing() -> None:
    shift = Shift()
    name = shift.do("note", stay=1, text="once")
    shift.do("note", stay=1, text="twice", action_id=name)
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
    shift = looked(seconds=10)
    assert stay_of(shift, 10 + RULES.look_seconds - 1).owner == "ann"
    assert stay_of(shift, 10 + RULES.look_seconds).owner is None


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


@pytest.mark.parametrize(("by", "role", "answer"), [("bob", "officer", "refused"), ("bob", "supervisor", "taken")])
def test_only_the_owner_or_a_supervisor_releases(by: str, role: str, answer: str) -> None:
    shift = looked()
    shift.do("release", by, stay=1, role=role)
    assert shift.answer() == answer


def test_a_decision_takes_two_persons() -> None:
    shift, name = proposed()
    shift.do("confirm", stay=1, proposal=name)
    assert shift.answer() == "refused"
    shift.do("confirm", stay=1, proposal=name, sign_in="another")
    assert shift.answer() == "refused"
    shift.do("confirm", "bob", stay=1, proposal=name, sign_in="s-ann")
    assert shift.answer() == "refused"
    assert shift.desk().decisions == ()
    shift.do("confirm", "bob", stay=1, proposal=name)
    ((stay, decision),) = shift.desk().decisions
    assert (stay, decision.by, decision.answered_by) == (1, "ann", "bob")


@pytest.mark.parametrize("kind", ["propose", "confirm", "reject"])
def test_a_role_that_decides_nothing_decides_nothing(kind: str) -> None:
    shift, name = proposed()
    more: dict[str, Any] = {} if kind == "propose" else {"proposal": name}
    shift.do(kind, "bob", stay=1, role="auditor", **more)
    assert "decides nothing" in shift.last().why


def test_who_confirms_has_seen_at_least_what_was_proposed_on() -> None:
    shift, name = proposed(basis=a_basis(5))
    shift.do("confirm", "bob", stay=1, proposal=name, basis=a_basis(4))
    assert shift.answer() == "changed"


def test_only_who_proposed_takes_it_back() -> None:
    shift, name = proposed()
    shift.do("withdraw", "bob", stay=1, proposal=name)
    assert shift.answer() == "refused"
    shift.do("withdraw", stay=1, proposal=name)
    shift.do("confirm", "bob", stay=1, proposal=name)
    assert shift.answer() == "late"


@pytest.mark.parametrize(("provisional", "hours"), [(True, 12), (False, 24)])
def test_a_proposal_that_nobody_answers_ends_by_time(provisional: bool, hours: int) -> None:
    shift, name = proposed(provisional=provisional)
    assert len(shift.desk(100 + hours * HOUR - 1).open_proposals) == 1
    assert shift.desk(100 + hours * HOUR).open_proposals == ()
    shift.do("confirm", "bob", stay=1, proposal=name, seconds=100 + hours * HOUR)
    assert shift.answer() == "late"


def test_one_person_alone_holds_nothing_up_by_provisional_proposals_one_after_another() -> None:
    shift, _ = proposed(provisional=True)
    shift.do("propose", stay=1, provisional=True, seconds=100 + 13 * HOUR)
    assert shift.answer() == "refused"
    plain = shift.do("propose", stay=1)
    assert shift.answer() == "taken"
    shift.do("reject", "bob", stay=1, proposal=plain)
    shift.do("propose", stay=1, provisional=True)
    assert shift.answer() == "taken"


def test_the_end_of_a_stay_ends_what_is_open_about_it() -> None:
    shift, name = proposed()
    shift.leave(1)
    assert [each.end for each in stay_of(shift).proposals] == ["stay_ended"]
    shift.do("confirm", "bob", stay=1, proposal=name, sequence_seen=1)
    assert shift.answer() == "late"


def test_what_fell_due_before_the_end_of_a_stay_ended_by_time() -> None:
    shift, _ = proposed(provisional=True)
    shift.leave(1, 100 + 20 * HOUR)
    assert [each.end for each in stay_of(shift).proposals] == ["time"]


@pytest.mark.parametrize(
    ("cause", "now", "answer"),
    [
        ("growth", a_basis(2, 1_200), "taken"),
        ("growth", a_basis(2, 1_199), "refused"),
        ("growth", a_basis(1, 9_000), "refused"),
        ("growth", a_basis(2, 9_000, "b"), "refused"),
        ("policy", a_basis(2, 1_000, "b"), "taken"),
        ("policy", a_basis(2, 9_000), "refused"),
    ],
)
def test_a_lapse_needs_a_cause_that_its_bases_show(cause: str, now: object, answer: str) -> None:
    shift = Shift()
    name = shift.do("look", stay=1)
    shift.do("lapse", stay=1, of=name, cause=cause, basis=now)
    assert shift.answer() == answer
    assert (stay_of(shift).owner is None) == (answer == "taken")


def test_who_acts_on_a_page_from_before_a_lapse_is_answered_changed() -> None:
    shift = Shift()
    name = shift.do("look", stay=1)
    shift.do("lapse", stay=1, of=name, basis=a_basis(7, 5_000))
    shift.do("look", stay=1, basis=a_basis(6))
    assert shift.answer() == "changed"
    shift.do("look", stay=1, basis=a_basis(7))
    assert shift.answer() == "taken"


def test_an_erasure_leaves_nothing_that_says_who_it_was() -> None:
    shift, _ = proposed()
    shift.do("note", stay=1, text="at the harbour")
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


def test_time_never_goes_back() -> None:
    shift = looked(seconds=1_000)
    act = shift.acts[-1]
    shift.acts[-1] = replace(act, at=at(-5))
    assert shift.desk().at >= at(2)
    assert stay_of(shift).handling is not None
    assert stay_of(shift, -10).began_at == at(2)
    assert shift.desk(-10) == shift.desk()


def test_the_desk_goes_from_hand_to_hand() -> None:
    shift = Shift()
    offer = shift.do("offer_handover")
    shift.do("take_handover", offer=offer)
    assert shift.answer() == "refused"
    shift.do("take_handover", "bob", offer=offer, digest="a" * 64)
    assert shift.answer() == "changed"
    shift.do("take_handover", "bob", offer=offer)
    assert (shift.answer(), shift.desk().on_duty) == ("taken", "bob")
    shift.do("return_handover", "bob", offer=offer)
    assert shift.answer() == "late"


def test_one_desk_is_offered_once_at_a_time_and_only_what_was_there() -> None:
    shift = Shift()
    shift.do("offer_handover", pack_sequence=9)
    assert shift.answer() == "refused"
    shift.do("offer_handover", pack_offset=9)
    assert shift.answer() == "refused"
    shift.do("offer_handover")
    shift.do("offer_handover", "bob")
    assert shift.answer() == "late"

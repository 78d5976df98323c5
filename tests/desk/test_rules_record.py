"""The rules of a desk stand on the topic: who writes them, and what they are about."""

from typing import Any

import pytest

from desk.fold import DeskFold, PlacedAction
from models.desk.rules import DeskRules
from models.errors import PreconditionFailed
from tests.desk.acts import RULES, Shift, an_action, at


def test_nothing_is_taken_before_the_rules() -> None:
    shift = Shift()
    shift.do("look", stay=1)
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
    plain = {"role": "supervisor", "by": "sue", "sign_in": "s-sue", "note": "a quiet season"}
    shift.do("rules", rules=rules, **(plain | facts))


@pytest.mark.parametrize(
    ("facts", "answer"),
    [
        ({}, "taken"),
        ({"role": "officer"}, "refused"),
        ({"note": None}, "refused"),
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
    rules = an_action("rules", 1, 0, "sue", role="supervisor", sign_in="s-sue", note="first")
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
    shift.do("propose", stay=1, measure="refer")
    assert shift.answer() == "refused"

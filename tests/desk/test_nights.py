"""Random nights: no action is lost or doubled, nothing is decided by one person, and time ends what it must."""

from collections import Counter
from random import Random

import pytest

from desk.fold import DeskFold, PlacedAction
from desk.queue import overdue, queue
from desk.state import Desk
from desk.verdict import Verdict
from models.desk.action import ConfirmAction
from tests.desk.acts import Shift, at
from tests.desk.night import a_night

STEPS = 120
FEW, MANY = range(60), range(60, 1_060)
END = at(400 * 3_600)


def check_night(seed: int) -> Counter[str]:
    shift = a_night(Random(seed), STEPS)
    fold = shift.fold()
    desk = fold.desk(END)
    check_none_is_lost_or_doubled(shift, fold, desk)
    check_two_persons(shift, fold, desk)
    check_time_ends(shift, desk)
    check_what_is_not_taken_changes_nothing(shift, fold)
    assert {item.stay for item in overdue(desk) if item.kind != "inherited"} <= {item.stay for item in queue(desk)}
    return Counter(f"{kind_of(act)} {verdict.answer}" for act, verdict in pairs(shift, fold)) + Counter(
        f"ended {each.end}" for stay in desk.stays.values() for each in stay.proposals
    )


def kind_of(act: PlacedAction) -> str:
    return act.action.kind + (" of desk" if act.action.kind == "return" and act.action.stay is None else "")


def pairs(shift: Shift, fold: DeskFold) -> list[tuple[PlacedAction, Verdict]]:
    return list(zip(shift.acts, fold.verdicts, strict=True))


def taken(shift: Shift, fold: DeskFold, kind: str) -> list[PlacedAction]:
    return [act for act, verdict in pairs(shift, fold) if verdict.answer == "taken" and act.action.kind == kind]


def check_none_is_lost_or_doubled(shift: Shift, fold: DeskFold, desk: Desk) -> None:
    assert [verdict.offset for verdict in fold.verdicts] == [act.offset for act in shift.acts]
    answered = [verdict.action_id for verdict in fold.verdicts if verdict.answer != "repeated"]
    assert len(answered) == len(set(answered)) == len({act.action.action_id for act in shift.acts})
    stays = desk.stays.values()
    notes = [note.action_id for stay in stays for note in stay.notes]
    assert sorted(notes) == sorted(act.action.action_id for act in taken(shift, fold, "note"))
    proposals = [each.action_id for stay in stays for each in stay.proposals]
    assert sorted(proposals) == sorted(act.action.action_id for act in taken(shift, fold, "propose"))
    assert len(desk.handovers) == len(taken(shift, fold, "offer_handover"))


def check_two_persons(shift: Shift, fold: DeskFold, desk: Desk) -> None:
    """From the records alone: each decision is a proposal and a confirmation by somebody else, who named it."""
    by_proposal = {
        act.action.second_of: act.action
        for act in taken(shift, fold, "confirm")
        if isinstance(act.action, ConfirmAction)
    }
    assert {each.action_id for _, each in desk.decisions} == set(by_proposal)
    writers = {act.action.action_id: act.action for act in taken(shift, fold, "propose")}
    for name, second in by_proposal.items():
        assert writers[name].by != second.by
        assert second.role == "supervisor"


def check_time_ends(shift: Shift, desk: Desk) -> None:
    """Nobody wrote that a term fell due, and it did."""
    assert desk.open_proposals == ()
    assert all(stay.next_due is None for stay in desk.stays.values())
    ends = [each for stay in desk.stays.values() for each in stay.proposals if each.end == "time"]
    assert all(each.ended_at == each.until for each in ends)
    for each in ends[:3]:
        assert each.action_id not in {told.action_id for _, told in shift.fold().desk(each.until).open_proposals}


def check_what_is_not_taken_changes_nothing(shift: Shift, fold: DeskFold) -> None:
    """Each in its own place: the same night with a note to nobody where the action was."""
    kept = DeskFold()
    for change in shift.changes:
        kept.add_change(change)
    for act, verdict in pairs(shift, fold):
        update = {"action_id": f"{act.offset:x}".rjust(32, "f"), "role": "nobody"}
        nothing = act.action.model_copy(update=update | {"sign_in": None})
        kept.add_act(act if verdict.answer == "taken" else PlacedAction(act.offset, act.at, nothing))
    assert kept.desk(END) == fold.desk(END)


@pytest.mark.parametrize("seed", FEW)
def test_a_night_loses_doubles_and_decides_nothing_alone(seed: int) -> None:
    check_night(seed)


@pytest.mark.thorough
def test_a_thousand_nights_lose_double_and_decide_nothing_alone() -> None:
    for seed in MANY:
        check_night(seed)


def test_the_nights_reach_every_kind_of_answer_and_every_end() -> None:
    reached = sum(map(check_night, FEW), Counter[str]())
    ends = {"ended confirmed", "ended returned", "ended withdrawn", "ended time", "ended stay_ended"}
    kinds = {"look", "note", "snooze", "close", "release", "propose", "confirm", "return", "lapse", "erased"}
    answers = {"look late", "close changed", "look repeated", "propose refused", "confirm refused", "confirm late"}
    hands = {"offer_handover taken", "take_handover taken", "return of desk taken"}
    wanted = ends | answers | hands | {f"{kind} taken" for kind in kinds}
    assert wanted - set(reached) == set()

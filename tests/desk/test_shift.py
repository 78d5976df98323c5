"""What a pack says of its shift: load, other policies and late alerts, from the two topics alone."""

import json
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from desk.fold import DeskFold
from desk.pack import FORMS, make_pack, pack_again, pack_digest, pack_of
from desk.records import DeskRecords
from models.alert import PolicyOut
from models.errors import Unproved
from tests.desk.acts import HOUR, Shift, at, text_at
from tests.desk.night import a_night

LATER = at(10**7)
OLD, NEW = (PolicyOut(id="v100", version=version, digest=version[-1] * 64) for version in ("2026.1", "2027.2"))


def shift_of(shift: Shift) -> dict[str, Any]:
    pack = make_pack(shift.changes, shift.acts, shift.sequence, len(shift.acts) - 1, LATER)
    told: dict[str, Any] = json.loads(pack)["shift"]
    return told


def test_load_counts_who_entered_and_left_and_what_each_officer_did_since_the_desk_was_taken() -> None:
    shift = Shift(())
    for stay in (1, 2, 3):
        shift.enter(f"p{stay}", 60 * stay)
    shift.leave(1, 100 * 60)
    shift.do("look", stay=2)
    shift.do("look", "bob", stay=2)
    offer = shift.do("offer_handover")
    before = shift_of(shift)
    assert (before["entered"], before["left"]) == (3, 1)
    assert before["actions"] == [{"by": "ann", "count": 2}], "who came too late has done nothing"
    shift.do("take_handover", "bob", offer=offer, items=())
    shift.enter("p4", 101 * 60)
    after = shift_of(shift)
    assert (after["entered"], after["left"], after["since"]) == (1, 0, shift.acts[-1].action.at)
    assert after["actions"] == [{"by": "bob", "count": 1}]


def test_the_busiest_ten_minutes_are_those_in_which_most_entered() -> None:
    shift = Shift(())
    for number, minute in enumerate((0, 20, 25, 29, 30, 50, 51)):
        shift.enter(f"p{number}", 60 * minute)
    assert shift_of(shift)["busiest"] == {"until": text_at(29 * 60), "entered": 3}
    assert shift_of(Shift(()))["busiest"] is None


def test_another_policy_is_reported_once_by_the_first_alert_that_it_made() -> None:
    shift = Shift(())
    for number, policy in enumerate((OLD, OLD, NEW, NEW, OLD), 1):
        shift.enter(f"p{number}", number)
        shift.changes[-1] = replace(shift.changes[-1], policy=policy)
    told = [(each["sequence"], each["before"], each["after"]["version"]) for each in shift_of(shift)["policies"]]
    assert told == [(3, OLD.model_dump(), "2027.2"), (5, NEW.model_dump(), "2026.1")]


def test_alerts_that_an_action_came_before_are_reported_as_late_and_those_of_another_clock_are_not() -> None:
    shift = Shift(())
    shift.enter("p1", 60)
    shift.do("look", stay=1, seconds=2 * HOUR)
    shift.enter("p2", HOUR)
    shift.enter("p3", HOUR + 30)
    shift.enter("p4", 2 * HOUR - 30)
    shift.do("look", "bob", stay=4, seconds=3 * HOUR)
    told = {"since": text_at(HOUR), "until": text_at(2 * HOUR), "first": 2, "last": 3}
    assert shift_of(shift)["late"] == [told], "half a minute is not late"
    shift.enter("p5", -8 * 24 * HOUR)
    assert shift_of(shift)["late"] == [told]


@pytest.mark.parametrize("seed", range(5))
def test_the_shift_is_the_same_in_whatever_order_the_topics_come(seed: int) -> None:
    night, random = a_night(Random(seed), 60), Random(seed)
    fold, changes, acts = DeskFold(), list(night.changes), list(night.acts)
    while changes or acts:
        if changes and (not acts or random.random() < 0.5):
            fold.add_change(changes.pop(0))
        else:
            fold.add_act(acts.pop(0))
        fold.desk()
    assert fold.desk(LATER) == DeskRecords(tuple(night.changes), tuple(night.acts)).fold().desk(LATER)


@pytest.mark.parametrize("form", FORMS)
def test_what_was_signed_in_an_older_form_is_made_again_in_that(form: int) -> None:
    shift = Shift(("p1", "p2"))
    shift.do("look", stay=1)
    desk = shift.fold().desk(at(HOUR))
    signed = pack_of(desk, form)
    assert json.loads(signed)["form"] == form
    place: dict[str, Any] = {"pack_sequence": desk.sequence, "pack_offset": desk.offset, "pack_at": text_at(HOUR)}
    shift.do("offer_handover", seconds=HOUR, sha256=pack_digest(signed), **place)
    records = DeskRecords(tuple(shift.changes), tuple(shift.acts))
    (handover,) = shift.desk().handovers
    assert pack_again(records, handover) == signed
    with pytest.raises(Unproved, match="was signed"):
        pack_again(records, replace(handover, digest="0" * 64))


def test_a_pack_of_the_first_form_keeps_its_bytes() -> None:
    """Whoever holds one that was signed holds these."""
    shift = Shift(("p1", "p2"))
    shift.do("look", stay=1)
    desk = shift.fold().desk(at(2 * HOUR))
    assert pack_digest(pack_of(desk, 1)) == "0d25a7d2458fcf3d8020af1a8fd8dfd73c2b8387f50cf0682757b8a71446ebbe"

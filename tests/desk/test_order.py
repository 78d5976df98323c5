"""The order of two topics: whatever comes first, alerts and actions come to one desk."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.band_change import BandBaseline, BandChange, EntranceChange, ExitChange
from desk.fold import DeskFold, PlacedAction
from tests.desk.acts import Shift, at
from tests.desk.night import a_night


@given(st.integers(0, 2**32), st.data())
def test_any_interleaving_of_the_two_topics_gives_one_desk(seed: int, data: st.DataObject) -> None:
    night = a_night(Random(seed), 25)
    changes, acts = list(night.changes), list(night.acts)
    expected = night.fold()
    fold = DeskFold()
    while changes or acts:
        if changes and (not acts or data.draw(st.booleans())):
            fold.add_change(changes.pop(0))
        else:
            fold.add_act(acts.pop(0))
        if data.draw(st.booleans()):
            fold.desk(at(10**7))  # whoever looks in between, also from later on, changes nothing
    assert fold.waiting == 0
    assert fold.desk(at(10**7)) == expected.desk(at(10**7))
    assert fold.desk() == expected.desk()
    assert fold.verdicts == expected.verdicts


def test_an_action_stands_before_an_alert_that_came_first_and_lies_behind_its_after() -> None:
    shift = Shift()
    shift.do("look", stay=1)
    shift.leave(1)
    shift.do("note", stay=1, after=1)
    shift.do("close", stay=1, after=1)
    assert [verdict.answer for verdict in shift.fold().verdicts] == ["taken"] * 4


def test_an_action_waits_for_the_alerts_that_it_names() -> None:
    shift = Shift(())
    shift.enter("p1")
    shift.do("look", stay=1)
    fold = DeskFold()
    for act in shift.acts:
        fold.add_act(act)
    assert (fold.waiting, fold.stopped_at, fold.desk().stays) == (1, shift.acts[1], {})
    fold.add_change(shift.changes[0])
    assert (fold.waiting, fold.stopped_at, fold.desk().stays[1].owner) == (0, None, "ann")


def test_the_place_of_an_action_never_lies_before_an_earlier_one() -> None:
    shift = Shift()
    shift.leave(1)
    shift.do("note", stay=1)
    shift.do("snooze", stay=1, after=1)
    assert shift.answer() == "late"


def test_alerts_behind_the_last_action_are_on_the_desk() -> None:
    shift = Shift()
    shift.do("look", stay=1)
    shift.enter("p2")
    assert set(shift.desk().stays) == {1, 2}


@pytest.mark.parametrize("sequence", [1, 2])
def test_an_alert_that_does_not_go_on_is_no_change(sequence: int) -> None:
    fold = DeskFold().add_change(EntranceChange(2, "p1", at(0)))
    with pytest.raises(ValueError, match="came behind 2"):
        fold.add_change(EntranceChange(sequence, "p2", at(0)))


def test_an_offset_that_does_not_go_on_is_no_act() -> None:
    act = Shift().acts[0]
    fold = DeskFold().add_act(act)
    with pytest.raises(ValueError, match="came behind 0"):
        fold.add_act(PlacedAction(0, act.at, act.action))


def test_the_band_of_a_baseline_is_inherited() -> None:
    baseline: BandChange = BandBaseline(9, (EntranceChange(4, "p1", at(-5)),), at(0))
    fold = DeskFold().add_change(baseline)
    assert fold.desk().stays[4].opening == "inherited"


def test_what_was_open_when_the_desk_was_opened_is_inherited_and_what_had_ended_before_it() -> None:
    fold = DeskFold()
    for change in (
        BandBaseline(4, (EntranceChange(2, "p2", at(-5)), EntranceChange(3, "p3", at(-5))), at(0)),
        EntranceChange(5, "p5", at(1)), ExitChange(6, 3, at(2)), EntranceChange(7, "p7", at(3)),
    ):  # fmt: skip
        fold.add_change(change)
    rules = Shift(()).acts[0]
    fold.add_act(PlacedAction(0, rules.at, rules.action.model_copy(update={"after": 6})))
    fold.add_change(ExitChange(8, 5, at(9)))
    openings = {sequence: stay.opening for sequence, stay in fold.desk().stays.items()}
    assert openings == {2: "inherited", 3: "before_desk", 5: "inherited", 7: "live"}

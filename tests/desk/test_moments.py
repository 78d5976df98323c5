"""The desk as time goes on over it is the desk that the fold computes for each instant, however often it is asked."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.fold import DeskFold
from desk.moments import DeskMoments
from tests.desk.acts import HOUR, Shift, at
from tests.desk.test_queue import a_busy_desk

INSTANTS = st.lists(st.one_of(st.integers(0, 30 * HOUR), st.integers(HOUR - 2, HOUR + 2), st.none()), max_size=12)


def floating(shift: Shift) -> DeskFold:
    """With alerts behind the last action."""
    shift.enter("p6", 30)
    shift.leave(1, 40)
    return shift.fold()


@given(INSTANTS)
def test_each_instant_has_the_desk_of_the_fold_in_whatever_order_they_are_asked_for(
    asked: Sequence[int | None],
) -> None:
    fold = floating(a_busy_desk())
    moments = DeskMoments(fold.shown())
    for seconds in asked:
        instant = None if seconds is None else at(seconds)
        assert moments.at(instant) == fold.desk(instant)


def test_what_has_not_changed_is_not_made_again() -> None:
    moments = DeskMoments(floating(a_busy_desk()).shown())
    assert moments.at() is moments.at()
    for seconds in (HOUR - 2, 2 * HOUR):
        assert moments.at(at(seconds)).stays is moments.at(at(seconds + 1)).stays


@pytest.mark.parametrize("acts_first", [0, 1, 3, 99])
def test_a_fold_that_is_asked_at_each_step_comes_to_the_same(acts_first: int) -> None:
    shift = a_busy_desk()
    floating(shift)
    fold = DeskFold()
    for act in shift.acts[:acts_first]:
        fold.add_act(act)
        fold.desk()
    for change in shift.changes:
        fold.add_change(change)
        fold.desk()
    for act in shift.acts[acts_first:]:
        fold.add_act(act)
        fold.desk()
    for seconds in (None, HOUR, 30 * HOUR):
        assert fold.desk(None if seconds is None else at(seconds)) == shift.desk(seconds)

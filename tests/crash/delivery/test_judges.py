"""The judges of a receiver's log tell a repeat behind a death from one that nothing explains."""

import pytest

from tests.crash.delivery.hall import HEALTHY, Entry, Log
from tests.crash.delivery.judges import Death, judge
from tests.crash.delivery.play import Outcome

DEATH = Death(begun=10.0, over=12.0)


def a_log(*entries: tuple[int, int, float]) -> Log:
    """Of number, status and the second in which each came."""
    return Log(HEALTHY, [Entry(number, number, status, came, came) for number, status, came in entries])


@pytest.mark.parametrize(
    "log",
    [
        pytest.param(a_log((1, 204, 9.0), (2, 204, 9.5), (2, 204, 20.0), (3, 204, 21.0)), id="before it and after"),
        pytest.param(a_log((1, 204, 9.0), (2, 204, 11.5), (2, 204, 13.0)), id="during it and after"),
        pytest.param(a_log((1, 503, 1.0), (1, 599, 2.0), (1, 204, 3.0), (2, 204, 30.0)), id="never accepted before"),
    ],
)
def test_a_log_with_repeats_behind_a_death_or_a_refusal_is_whole(log: Log) -> None:
    judge(log, [DEATH])


@pytest.mark.parametrize(
    ("log", "fault"),
    [
        pytest.param(a_log((1, 204, 1.0), (1, 204, 2.0)), "nothing had died", id="long before it"),
        pytest.param(a_log((1, 204, 13.0), (1, 204, 14.0)), "nothing had died", id="long after it"),
        pytest.param(
            a_log((1, 204, 9.0), (1, 204, 13.0), (1, 204, 13.5)), "2 came again", id="more often than something died"
        ),
        pytest.param(a_log((1, 204, 9.0), (2, 204, 9.5), (1, 204, 13.0)), "number=1", id="not the last one"),
        pytest.param(a_log((1, 204, 1.0), (3, 204, 2.0)), "number=3", id="one is left out"),
        pytest.param(a_log((1, 503, 1.0), (2, 204, 2.0)), "1 was answered 503", id="past a refusal"),
    ],
)
def test_what_nothing_explains_is_named(log: Log, fault: str) -> None:
    with pytest.raises(AssertionError, match=fault):
        judge(log, [DEATH])


def test_the_sick_hinder_where_the_slowest_of_the_healthy_take_three_times_as_long() -> None:
    without = [10.0] * 99 + [100.0]
    assert Outcome(without=without, beside=[90.0] * 99 + [300.0]).hindrance == ""
    assert "301 ms beside the sick, 100 ms" in Outcome(without=without, beside=[10.0] * 99 + [301.0]).hindrance

"""The brokers' clock, as the controller tells it: ahead or behind by what no delay of the answer explains."""

import pytest

from broker.controller_clock import beyond


@pytest.mark.parametrize(
    ("present", "ahead"), [(9.0, -1.0), (10.0, 0.0), (10.5, 0.0), (11.0, 0.0), (3611.0, 3600.0), (-90.0, -100.0)]
)
def test_a_time_between_question_and_answer_is_ours(present: float, ahead: float) -> None:
    assert beyond(present, 10.0, 11.0) == ahead

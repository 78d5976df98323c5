"""How long a subscription waits between two tries."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.outcome import Cause, Outcome
from delivery.pause import SHIPPED, next_pause
from tests.docs.walk import DOCS

MAY_PASS = [cause for cause in Cause if not cause.needs_a_person]


@given(st.lists(st.sampled_from(MAY_PASS), min_size=1, max_size=40), st.randoms(use_true_random=False))
def test_pauses_stay_within_their_bounds_and_differ(causes: list[Cause], random: Random) -> None:
    before = None
    for cause in causes:
        before = next_pause(SHIPPED, before, Outcome(cause), random.uniform)
        assert SHIPPED.first <= before <= SHIPPED.longest


def test_the_longest_pause_leaves_time_to_send_what_waits() -> None:
    """1,000 alerts on each of ten lines, within 65 s: `python -m bench deliver` measures what they need."""
    assert SHIPPED.longest <= 65 - 20


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_is_explained(cause: Cause) -> None:
    assert f" | `{cause}` | " in (DOCS / "how-to" / "deliver.md").read_text("utf-8")


@pytest.mark.parametrize("cause", [cause for cause in Cause if cause.needs_a_person])
def test_what_only_a_person_can_mend_is_asked_once_a_minute(cause: Cause) -> None:
    assert next_pause(SHIPPED, None, Outcome(cause), Random(1).uniform) == 60


@given(st.sampled_from(list(Cause)), st.floats(-1e9, 1e9), st.randoms(use_true_random=False))
def test_what_a_receiver_asks_for_is_obeyed_within_an_hour(cause: Cause, asked: float, random: Random) -> None:
    pause = next_pause(SHIPPED, None, Outcome(cause, 429, 1, asked), random.uniform)
    assert min(max(asked, 1), 3_600) <= pause <= 3_600

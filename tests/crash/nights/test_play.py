"""A night of real processes in small: everything dies once, and nothing is lost, doubled, or decided by one person."""

from pathlib import Path

import pytest

from embedded.stack import Stack
from tests.crash.nights.play import Play

SMALL = ("a console is killed", "Kafka is killed", "the worker is killed", "the store is set back to the evening")
"""The whole size is `python -m tests.crash.nights`."""


@pytest.mark.stack
@pytest.mark.thorough
@pytest.mark.timeout(600)  # four deaths, and officers at work between them
def test_no_action_of_a_night_is_lost_doubled_or_decided_by_one_person_whatever_dies(
    crash_stack: Stack, tmp_path: Path
) -> None:
    outcome = Play(crash_stack, tmp_path, 100, SMALL, lambda _: None).run()
    assert outcome.faults == []
    assert outcome.done["look"]
    assert outcome.done["note"]
    assert outcome.packs

"""A third of the subscribers hang, refuse or lie, deliverers and the broker die: every log is whole all the same."""

import asyncio
from pathlib import Path

import pytest

from embedded.stack import Stack
from tests.crash.delivery.play import Play, Size

SMALL = Size(alerts=400, healthy=28, sick=14, kills=2, broker_kills=1, calm=20)
"""The whole size is `python -m tests.crash.delivery`."""


@pytest.mark.stack
@pytest.mark.thorough
@pytest.mark.timeout(600)  # 11,000 requests, three deaths
@pytest.mark.parametrize("seed", [1, 2])
def test_every_log_is_whole_though_subscribers_are_sick_and_everything_dies(
    crash_stack: Stack, tmp_path: Path, seed: int
) -> None:
    outcome = asyncio.run(Play(crash_stack, tmp_path, SMALL, seed, lambda _: None).run())
    assert outcome.faults == []

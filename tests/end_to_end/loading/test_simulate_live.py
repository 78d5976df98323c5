"""`harmwatch simulate --live`: what it counts lies on the topic, whenever it ends."""

import json
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from cli.intake.simulate import send_live, simulated
from models.errors import PreconditionFailed
from runtime.settings import Settings
from tests.end_to_end.installation import Installation
from tests.end_to_end.service.examined import settings_of

pytestmark = pytest.mark.stack


@pytest.fixture
def installation(stack_environment: dict[str, str], tmp_path: Path) -> Installation:
    """Topics, and nobody at work."""
    return Installation(stack_environment, tmp_path)


def of_london(count: int) -> Iterator[bytes]:
    return islice(simulated(Settings(), 1, 0.001, 1), count)


def interrupted_after(count: int) -> Iterator[bytes]:
    yield from of_london(count)
    raise KeyboardInterrupt


@pytest.mark.parametrize("rate", [100, 1_000_000])
def test_what_is_counted_lies_on_the_topic_also_at_ctrl_c(installation: Installation, rate: float) -> None:
    begun_at = time.monotonic()
    done = send_live(settings_of(installation), interrupted_after(30), rate)
    assert time.monotonic() - begun_at >= 29 / rate
    sent = [json.loads(record.value) for record in installation.read("offences.v1")]
    assert done.records == len(sent) == 30
    assert {each["offence_id"] for each in sent} == {json.loads(line)["offence_id"] for line in of_london(30)}


def test_where_there_is_no_topic_it_says_so(installation: Installation) -> None:
    with pytest.raises(PreconditionFailed, match="harmwatch topics create"):
        send_live(settings_of(installation, prefix="nowhere-"), of_london(1), 10)

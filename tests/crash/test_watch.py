"""A worker that stands still for no reason that it could name ends, and says which of the five signals it was."""

from pathlib import Path

import pytest

from tests.crash.limited import limited_worker
from tests.end_to_end.installation import Installation
from tests.end_to_end.test_recovery import lines, small_policy
from tests.end_to_end.troubleshooting import said_as_documented

pytestmark = pytest.mark.stack
LOOKS = 8
LOOK_SECONDS = 0.25
RECORDS = 4_000


@pytest.mark.parametrize(
    ("message", "harm"),
    [
        ("the event loop of the worker does not", "the worker's loop"),
        ("the group NAME does not list", "the place in the group"),
        ("records of partition N wait", "the reading"),
        ("the relay's thread does not turn", "the relay's thread"),
    ],
)
def test_a_worker_that_stands_still_ends_with_a_reason(
    stack_environment: dict[str, str], tmp_path: Path, message: str, harm: str
) -> None:
    end_by_itself(stack_environment, tmp_path, message, harm)


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("message", "harm"),
    [
        ("the event loop of Kafka's client does not", "the client's loop"),
        ("N run(s) are in hand", "the run in hand"),
        ("the recovery has not got on", "the recovery"),
    ],
)
def test_so_does_one_whose_client_run_or_recovery_stands_still(
    stack_environment: dict[str, str], tmp_path: Path, message: str, harm: str
) -> None:
    end_by_itself(stack_environment, tmp_path, message, harm)


def end_by_itself(environment: dict[str, str], folder: Path, message: str, harm: str) -> None:
    """A worker that is harmed says so and ends."""
    installation = Installation(environment, folder, policy=small_policy(folder), clock="event")
    data, said = folder / "reports.jsonl", folder / "said.log"
    data.write_bytes(lines(RECORDS))
    installation.json("ingest", str(data))
    with limited_worker(installation, said, harm, looks=LOOKS, look_seconds=LOOK_SECONDS) as worker:
        assert worker.wait(60) == 1, said.read_text()
    said_as_documented(message, said.read_text())

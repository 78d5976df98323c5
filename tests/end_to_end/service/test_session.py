"""The session that Kafka keeps of a worker, as HARMWATCH_SESSION_SECONDS asks for it."""

import signal
import time
from pathlib import Path

import pytest

from tests.end_to_end.installation import Installation
from tests.end_to_end.recovery.test_recovery import lines, small_policy

pytestmark = pytest.mark.stack
LONG_SECONDS = 18.0
"""Three times what is shipped. The last heartbeat may have been a sixth of it before the kill."""


def test_a_session_that_the_brokers_do_not_allow_ends_the_worker_with_the_name_of_the_setting(
    stack_environment: dict[str, str], tmp_path: Path
) -> None:
    installation = Installation(stack_environment, tmp_path, policy=small_policy(tmp_path), session_seconds="0.5")
    worker = installation.start_worker()
    try:
        assert worker.wait(60) == 1
    finally:
        installation.end_workers()
    said = (tmp_path / "worker-0.log").read_text()
    assert "HARMWATCH_SESSION_SECONDS is 0.5, and the brokers' group.min.session.timeout.ms" in said
    assert "Traceback" not in said


@pytest.mark.thorough
def test_a_killed_workers_partitions_are_its_own_until_its_session_is_over(
    stack_environment: dict[str, str], tmp_path: Path
) -> None:
    installation = Installation(
        stack_environment, tmp_path, policy=small_policy(tmp_path), clock="event", session_seconds=str(LONG_SECONDS)
    )
    file = tmp_path / "reports.jsonl"
    file.write_bytes(lines(50))
    try:
        installation.start_worker()
        installation.wait_idle()
        installation.end_workers(signal.SIGKILL)
        killed_at = time.monotonic()
        installation.start_worker()
        installation.json("ingest", str(file))
        installation.wait_idle()
        assert time.monotonic() - killed_at > LONG_SECONDS * 2 / 3
    finally:
        installation.end_workers(signal.SIGKILL)

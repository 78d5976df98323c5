"""SIGTERM: the run in hand is finished and published, and the process is gone in time."""

import signal
import time
from pathlib import Path

import pytest

from tests.end_to_end.installation import Installation, under_this_load
from tests.end_to_end.test_recovery import lines, small_policy

pytestmark = pytest.mark.stack
PROMISED_SECONDS = 5.0


@pytest.mark.parametrize(
    "signals", [pytest.param(1, id="told once"), pytest.param(2, id="told twice", marks=pytest.mark.thorough)]
)
def test_a_worker_that_is_told_to_end_publishes_what_it_has_applied(
    stack_environment: dict[str, str], tmp_path: Path, signals: int
) -> None:
    data = tmp_path / "reports.jsonl"
    data.write_bytes(lines(20_000))
    installation = Installation(stack_environment, tmp_path, policy=small_policy(tmp_path, 1_000), clock="event")
    try:
        worker = installation.start_worker()
        installation.wait_idle()
        installation.json("ingest", str(data))
        known_from = time.monotonic()
        for _ in range(signals):
            worker.send_signal(signal.SIGTERM)
            time.sleep(0.05)
        assert worker.wait(20) == 0
        assert time.monotonic() - known_from < under_this_load(PROMISED_SECONDS)
        status = installation.json("status")
        assert status["outbox"] == 0
        journal = installation.read("journal.v1")
        assert len(journal) == status["entry"]
        installation.start_worker()
        installation.wait_idle()
        assert installation.json("verify", "--redis")["ok"]
    finally:
        installation.end_workers()

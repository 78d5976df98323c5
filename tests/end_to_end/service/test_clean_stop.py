"""SIGTERM: the run in hand is finished and published, and the process is gone in time."""

import signal
import time
from pathlib import Path

import pytest

from tests.end_to_end.foreign import open_on
from tests.end_to_end.installation import Installation, under_this_load
from tests.end_to_end.recovery.test_recovery import lines, small_policy
from tests.end_to_end.service.test_refused_start import wait_for

pytestmark = pytest.mark.stack
PROMISED_SECONDS = 5.0
LONGEST_REBALANCE_SECONDS = 60.0


@pytest.mark.parametrize(
    "signals", [pytest.param(1, id="told once"), pytest.param(2, id="told twice", marks=pytest.mark.thorough)]
)
def test_a_worker_that_is_asked_to_end_publishes_what_it_has_applied(
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
        assert worker.wait(60) == 0
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


def test_a_worker_that_is_asked_to_end_within_a_rebalance_writes_no_error(
    stack_environment: dict[str, str], tmp_path: Path
) -> None:
    """The board stays closed meanwhile, for its recovery waits: so the rebalance lasts."""
    installation = Installation(stack_environment, tmp_path, 2, policy=small_policy(tmp_path), clock="event")
    try:
        worker, said = installation.start_worker(), tmp_path / "worker-0.log"
        installation.wait_idle()
        with open_on(installation, "journal.v1"):
            installation.empty_store()
            installation.start_worker()
            wait_for(said, "is rebalancing")
            shared_from = time.monotonic()
            while "partition=0), TP" in said.read_text("utf-8").split("assigned: ")[-1]:
                assert time.monotonic() < shared_from + LONGEST_REBALANCE_SECONDS
                time.sleep(0.05)
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(60) == 0
        assert [line for line in said.read_text("utf-8").splitlines() if "ERROR" in line or "Traceback" in line] == []
    finally:
        installation.end_workers()

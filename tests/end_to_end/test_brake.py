"""A bad deploy does not empty a topic into the bin: the worker stops before, and goes on at a person's word."""

import json
import time
from pathlib import Path

import pytest

from tests.end_to_end.installation import Installation
from tests.end_to_end.test_recovery import small_policy

pytestmark = pytest.mark.stack
GOOD, BAD = 1_500, 3_000


@pytest.fixture
def installation(stack_environment: dict[str, str], tmp_path: Path) -> Installation:
    return Installation(stack_environment, tmp_path, policy=small_policy(tmp_path), clock="event")


def reports(folder: Path, first: int, count: int, code: str) -> str:
    lines = [
        json.dumps(
            {
                "event_id": f"e{number}",
                "type": "offence.reported",
                "offence_id": f"o{number}",
                "offender_id": f"p{number % 97}",
                "code": code,
                "occurred_at": "2024-01-01T00:00:00Z",
                "recorded_at": f"2024-01-{1 + number // 300:02}T00:00:00Z",
            }
        )
        for number in range(first, first + count)
    ]
    path = folder / f"{first}.jsonl"
    path.write_text("\n".join(lines) + "\n")
    return str(path)


def last_words(installation: Installation, *options: str) -> str:
    """What a worker says that ends by itself."""
    worker = installation.start_worker(*options)
    assert worker.wait(60) == 1
    installation.workers.remove(worker)
    said = (installation.folder / "worker-0.log").read_text()
    assert "Traceback" not in said
    return said


def everything_passes(installation: Installation) -> bool:
    """Whether one more acceptance was enough; how many it takes depends on how Kafka cuts the topic into runs."""
    worker, until = installation.start_worker("--accept-refusals"), time.monotonic() + 60
    while worker.poll() is None:
        status = installation.json("status")
        if status["state"] == "open" and status["lag"] == status["outbox"] == 0:
            return True
        assert time.monotonic() < until, status
        time.sleep(0.1)
    installation.workers.remove(worker)
    return False


def test_a_worker_that_would_refuse_most_of_what_comes_stops_until_a_person_accepts_it(
    installation: Installation, tmp_path: Path
) -> None:
    installation.json("ingest", reports(tmp_path, 0, GOOD, "X"))
    installation.json("ingest", reports(tmp_path, GOOD, BAD, "NEW"))
    try:
        for _ in range(2):  # a restart does not reset it
            said = last_words(installation)
            assert "of the last 1000 records would be refused" in said
            assert "unknown_code" in said
            assert "code 'NEW' is not in the index of policy t" in said
            assert "harmwatch worker --accept-refusals" in said
        stopped = installation.json("status")
        assert stopped["state"] == "braked"
        assert stopped["partitions"][0]["applied"] <= GOOD + 500
        assert len(installation.read("dead-letters.v1")) <= 500
        assert installation.json("status", "--live", "--within", "0.001", code=1)["state"] == "braked"

        said = last_words(installation, "--accept-refusals")  # once: the brake trips again before all have passed
        assert "harmwatch worker --accept-refusals" in said
        while not everything_passes(installation):
            pass
        accepted = [
            entry["body"]
            for record in installation.read("journal.v1")
            if (entry := json.loads(record.value))["kind"] == "acceptance"
        ]
        assert len(accepted) > 1
        assert {body["verdicts"] for body in accepted} == {1_000}
        assert all(500 < body["refused"] <= 1_000 for body in accepted)
        assert len(installation.read("dead-letters.v1")) == BAD
        assert installation.json("verify", "--redis")["ok"]

        board, alerts = installation.json("board", "--top", "1000"), installation.alerts()
        installation.empty_store()  # a rebuild does not count
        installation.wait_idle()
        assert installation.json("board", "--top", "1000") == board
        assert installation.alerts() == alerts
        assert installation.json("verify", "--redis")["ok"]
    finally:
        installation.end_workers()

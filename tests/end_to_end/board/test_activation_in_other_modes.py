"""Another policy in wall time, and before the baseline."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.end_to_end.activated import reports, two_policies
from tests.end_to_end.installation import Installation, fold

pytestmark = pytest.mark.stack


def now_and_then(folder: Path, name: str, count: int, ends_in_seconds: float) -> str:
    """Reports of today; every third was first reported so long ago that policy `new` ends it in some seconds."""
    now, lines = datetime.now(UTC), []
    for number in range(count):
        ending = now - timedelta(days=60) + timedelta(seconds=ends_in_seconds)
        report = {
            "event_id": f"{name}{number}",
            "type": "offence.reported",
            "offence_id": f"{name}{number}",
            "offender_id": f"p{number * number % 41}",
            "code": "XY"[number % 2],
            "occurred_at": "2024-01-01T00:00:00Z",
            "recorded_at": now.isoformat(),
            "reported_at": (ending if number % 3 == 0 else now).isoformat(),
        }
        lines.append(json.dumps(report))
    path = folder / f"{name}.jsonl"
    path.write_text("\n".join(lines) + "\n")
    return str(path)


def work(installation: Installation, policy: str) -> None:
    installation.environment["HARMWATCH_POLICY"] = policy
    installation.start_worker()
    installation.wait_idle()
    installation.end_workers()


@pytest.mark.thorough
def test_in_wall_time_what_is_due_ends_first_and_the_rest_under_the_new_policy(
    stack_environment: dict[str, str], tmp_path: Path
) -> None:
    old, new = two_policies(tmp_path)
    installation = Installation(stack_environment, tmp_path, clock="wall", policy=new)
    try:
        installation.json("ingest", now_and_then(tmp_path, "a", 300, 8))
        work(installation, new)
        done = installation.json("policy", "activate", old)
        assert done["left"] + done["entered"] > 0
        installation.json("ingest", now_and_then(tmp_path, "b", 60, 8))
        work(installation, old)
        installation.json("policy", "activate", new)
        work(installation, new)
        installation.environment["HARMWATCH_POLICY"] = new
        assert installation.json("verify", "--redis")["ok"]
        board = installation.json("board", "--top", "1000")
        assert fold(installation.alerts()) == {row["offender_id"] for row in board["entries"] if row["in_band"]}
    finally:
        installation.end_workers()


@pytest.mark.thorough
def test_before_the_baseline_an_activation_sends_nothing(stack_environment: dict[str, str], tmp_path: Path) -> None:
    old, new = two_policies(tmp_path)
    installation = Installation(
        stack_environment, tmp_path, clock="event", policy=old, alerts_after="2024-06-01T00:00:00Z"
    )
    try:
        installation.json("ingest", reports(tmp_path, 0, 600))
        work(installation, old)
        done = installation.json("policy", "activate", new)
        assert done["alerts"]
        assert installation.read("alerts.v1") == []
        installation.json("ingest", reports(tmp_path, 600, 1_200))
        work(installation, new)
        first = json.loads(installation.read("alerts.v1")[0].value)
        assert (first["first_sequence"], first["policy"]["id"], len(first["band"])) == (1, "new", 15)
        verified = installation.json("verify", "--redis")
        assert verified["ok"], verified["faults"]
    finally:
        installation.end_workers()

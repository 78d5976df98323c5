"""A worker whose consumer has silently died ends itself, so that it gets restarted."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.end_to_end.installation import ROOT, Installation
from tests.end_to_end.test_recovery import lines, small_policy

pytestmark = pytest.mark.stack
DEAFENED = """
import asyncio, sys
from runtime import crash_points
from runtime.crash_points import Point

def deafen(here):
    if here is Point.FETCHED:
        for task in asyncio.all_tasks():
            if "_fetch_requests_routine" in repr(task.get_coro()):
                task.cancel()

crash_points.reach = deafen
from cli.main import main
sys.argv = ["harmwatch", "worker"]
main()
"""


@pytest.mark.parametrize("records", [1, pytest.param(3_000, marks=pytest.mark.thorough)])
def test_a_worker_that_would_hear_of_no_record_any_more_ends(
    stack_environment: dict[str, str], tmp_path: Path, records: int
) -> None:
    installation = Installation(stack_environment, tmp_path, policy=small_policy(tmp_path), clock="event")
    data = tmp_path / "reports.jsonl"
    data.write_bytes(lines(records))
    installation.json("ingest", str(data))
    deaf = subprocess.Popen(
        [sys.executable, "-c", DEAFENED], env=installation.environment, cwd=ROOT, stderr=subprocess.PIPE, text=True
    )
    _, said = deaf.communicate(timeout=60)
    assert deaf.returncode == 1, said
    assert "harmwatch: the consumer has died: this worker would never hear of a record again" in said
    assert "Traceback" not in said
    installation.start_worker()
    try:
        assert installation.wait_idle()["lag"] == 0
    finally:
        installation.end_workers()
    entries = [json.loads(record.value) for record in installation.read("journal.v1")]
    assert sum(entry["run"]["end"] - entry["run"]["start"] for entry in entries if entry["run"]) == records

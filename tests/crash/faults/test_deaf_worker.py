"""A worker whose consumer has silently died ends itself, so that it gets restarted."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.end_to_end.installation import ROOT, Installation
from tests.end_to_end.recovery.test_recovery import lines, small_policy

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


CRASHED = """
import sys
import streams.worker.app

make_app = streams.worker.app.make_app

def make_one_that_crashes(installation, limits):
    app = make_app(installation, limits)

    @app.on_partitions_assigned.connect
    async def fall(*_, **__):
        raise RuntimeError("a callback has fallen")

    return app

streams.worker.app.make_app = make_one_that_crashes
from cli.main import main
sys.argv = ["harmwatch", "worker"]
main()
"""
BROKEN = """
import sys
from models.errors import {kind}
from runtime import crash_points
from runtime.crash_points import Point

def break_it(here):
    if here is Point.{point}:
        raise {kind}("it cannot be so")

crash_points.reach = break_it
from cli.main import main
sys.argv = ["harmwatch", "worker"]
main()
"""


FALLEN = """
import asyncio, sys
import streams.worker.app

async def fall(app):
    raise RuntimeError("the client has fallen")

async def hang(app):
    await asyncio.sleep(600)

streams.worker.app._App.start, streams.worker.app._App.stop = fall, hang
from cli.main import main
sys.argv = ["harmwatch", "worker"]
main()
"""


def test_a_worker_whose_client_fails_and_keeps_it_from_ending_has_an_end_and_a_code(
    stack_environment: dict[str, str], tmp_path: Path
) -> None:
    installation = Installation(stack_environment, tmp_path, policy=small_policy(tmp_path), clock="event")
    fallen = ended(installation, FALLEN)
    assert fallen.returncode == 1, fallen.stderr
    assert "the worker ends: the client has fallen" in fallen.stderr


def test_a_worker_whose_client_crashes_in_a_callback_ends_with_a_code_and_the_reason(
    stack_environment: dict[str, str], tmp_path: Path
) -> None:
    installation = Installation(stack_environment, tmp_path, policy=small_policy(tmp_path), clock="event")
    crashed = ended(installation, CRASHED)
    assert crashed.returncode == 1, crashed.stderr
    assert "the worker ends: a callback has fallen" in crashed.stderr
    assert "Traceback" in crashed.stderr


@pytest.mark.parametrize(
    ("kind", "point", "tracebacks"),
    [
        ("BrokenInvariant", "DECODED", 1),
        pytest.param("BrokenInvariant", "RECOVERED", 1, marks=pytest.mark.thorough),
        ("WrongUse", "RECOVERED", 0),
    ],
)
def test_what_the_code_did_wrong_is_in_the_log_and_what_was_refused_is_a_line(
    stack_environment: dict[str, str], tmp_path: Path, point: str, kind: str, tracebacks: int
) -> None:
    installation = Installation(stack_environment, tmp_path, policy=small_policy(tmp_path), clock="event")
    installation.send([(b"p0", line) for line in lines(1).split()])
    broken = ended(installation, BROKEN.format(kind=kind, point=point))
    assert broken.returncode == 1, broken.stderr
    assert broken.stderr.count("Traceback") == tracebacks, broken.stderr
    assert "harmwatch: it cannot be so" in broken.stderr


def ended(installation: Installation, program: str) -> subprocess.CompletedProcess[str]:
    """A worker that this program begins, when it has ended by itself."""
    return subprocess.run(
        [sys.executable, "-c", program], env=installation.environment, cwd=ROOT, capture_output=True, text=True,
        timeout=100, check=False,
    )  # fmt: skip


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
    _, said = deaf.communicate(timeout=100)
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

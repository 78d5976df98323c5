"""A health check looks from outside: is the board moving, whatever the process says of itself?"""

import os
import signal
import time
from pathlib import Path

import pytest
import redis

from tests.end_to_end.installation import Installation
from tests.end_to_end.test_recovery import lines, small_policy

pytestmark = pytest.mark.stack
WITHIN = "3"


def live(installation: Installation, code: int | None) -> float | None:
    silent_seconds: float | None = installation.json("status", "--live", "--within", WITHIN, code=code)[
        "silent_seconds"
    ]
    return silent_seconds


def test_a_worker_that_only_seems_to_run_is_red(stack_environment: dict[str, str], tmp_path: Path) -> None:
    installation = Installation(stack_environment, tmp_path, policy=small_policy(tmp_path))
    try:
        assert live(installation, 1) is None
        worker = installation.start_worker()
        installation.wait_idle()
        live(installation, 0)
        os.kill(worker.pid, signal.SIGSTOP)
        time.sleep(float(WITHIN) + 1)
        silent_seconds = live(installation, 1)
        assert silent_seconds is not None
        assert silent_seconds > float(WITHIN)
        assert worker.poll() is None
        os.kill(worker.pid, signal.SIGCONT)
        installation.wait_idle()
        time.sleep(1)
        live(installation, 0)
    finally:
        installation.end_workers()


def test_event_time_may_rest_but_not_while_records_wait(stack_environment: dict[str, str], tmp_path: Path) -> None:
    data = tmp_path / "reports.jsonl"
    data.write_bytes(lines(100))
    installation = Installation(stack_environment, tmp_path, policy=small_policy(tmp_path), clock="event")
    try:
        installation.start_worker()
        installation.wait_idle()
        time.sleep(float(WITHIN) + 1)
        live(installation, 0)
        installation.end_workers()
        installation.json("ingest", str(data))
        live(installation, 1)
        store = redis.Redis.from_url(stack_environment["HARMWATCH_REDIS"])
        seconds, _ = store.time()
        store.hset(f"{installation.prefix}harmwatch:{{v100}}:meta", "moved_at", (seconds + 3_600) * 1_000_000)
        live(installation, 1)  # the store's clock was set back by an hour
        store.close()
    finally:
        installation.end_workers()


def test_recoveries_that_lead_nowhere_are_no_life(stack_environment: dict[str, str], tmp_path: Path) -> None:
    installation = Installation(stack_environment, tmp_path, policy=small_policy(tmp_path), clock="event")
    data = tmp_path / "reports.jsonl"
    data.write_bytes(lines(100))
    store = redis.Redis.from_url(stack_environment["HARMWATCH_REDIS"])
    meta = f"{installation.prefix}harmwatch:{{v100}}:meta"
    try:
        installation.json("ingest", str(data))
        installation.start_worker()
        installation.wait_idle()
        before = len(installation.read("journal.v1"))
        until = time.monotonic() + float(WITHIN) + 2
        while time.monotonic() < until:
            store.hdel(meta, "generation")
            time.sleep(0.3)
        silent_seconds = live(installation, None)
        assert len(installation.read("journal.v1")) > before
        assert silent_seconds is not None
        assert silent_seconds > float(WITHIN)
    finally:
        installation.end_workers()
        store.close()

"""A health check looks from outside: is the board moving, whatever the process says of itself?"""

import os
import signal
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil
import pytest
import redis
from kafka import KafkaAdminClient

from embedded.stack import Stack
from models.errors import Unavailable
from runtime.settings import Settings
from sight.look import Look
from tests import kafka_topics
from tests.end_to_end.foreign import open_on
from tests.end_to_end.installation import Installation
from tests.end_to_end.loading.test_bad_input import a_report
from tests.end_to_end.recovery.test_recovery import lines, small_policy

pytestmark = pytest.mark.stack
WITHIN = "3"


def live(installation: Installation, code: int | None) -> float | None:
    silent_seconds: float | None = installation.json("status", "--live", "--within", WITHIN, code=code)[
        "silent_seconds"
    ]
    return silent_seconds


def until_live(installation: Installation) -> None:
    """Green, as it must be soon; on a busy machine a worker is longer on its way back."""
    until = time.monotonic() + 60
    while red := installation.json("status", "--live", "--within", WITHIN, code=None)["reasons"]:
        assert time.monotonic() < until, red


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
        until_live(installation)
    finally:
        installation.end_workers()


@pytest.mark.thorough
def test_event_time_may_rest_but_not_while_records_wait(stack_environment: dict[str, str], tmp_path: Path) -> None:
    data = tmp_path / "reports.jsonl"
    data.write_bytes(lines(100))
    installation = Installation(stack_environment, tmp_path, policy=small_policy(tmp_path), clock="event")
    try:
        installation.start_worker()
        installation.wait_idle()
        time.sleep(float(WITHIN) + 1)
        live(installation, 0)
        assert "(open, 1 worker), as of" in installation.run("status")
        installation.end_workers()
        assert "(open, but no worker is there: nothing is applied), as of" in installation.run("status")
        live(installation, 1)
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
        begun, recovered = time.monotonic(), -1
        while time.monotonic() < begun + float(WITHIN) + 2 or recovered < 1:
            assert time.monotonic() < begun + 60, "nobody recovers the board"
            recovered += store.hdel(meta, "generation")  # there again: a recovery has ended
            time.sleep(0.3)
        silent_seconds = live(installation, None)
        assert len(installation.read("journal.v1")) > before
        assert silent_seconds is not None
        assert silent_seconds > float(WITHIN)
    finally:
        installation.end_workers()
        store.close()


def reasons(installation: Installation) -> Any:
    return installation.json("status", "--live", "--within", WITHIN, code=1)["reasons"]


def lasting_reasons(installation: Installation) -> Any:
    """Once a worker that has just been started is there, or has heard who reads what."""
    until = time.monotonic() + 60
    while len(found := reasons(installation)) > 1:
        assert time.monotonic() < until, found
    return found


def test_a_worker_that_stands_still_is_not_hidden_by_the_others_ticks(
    stack_environment: dict[str, str], tmp_path: Path
) -> None:
    installation = Installation(
        stack_environment, tmp_path, partitions=2, policy=small_policy(tmp_path), clock="wall", session_seconds="60"
    )
    data = tmp_path / "reports.jsonl"
    data.write_bytes(lines(100))
    try:
        first = installation.start_worker()
        alone = installation.wait_idle()["partitions"][1]["owner"]
        second = installation.start_worker()
        wait_until(installation, lambda status: owners(status) == 2)
        owner = installation.json("status")["partitions"][1]["owner"]
        stopped = first if owner == alone else second  # the other one has partition 0, and with it the relay
        os.kill(stopped.pid, signal.SIGSTOP)
        installation.json("ingest", str(data))
        time.sleep(float(WITHIN))
        (why,) = lasting_reasons(installation)
        assert why.startswith("partition 1: ")
        assert "records wait and none is applied" in why
        os.kill(stopped.pid, signal.SIGCONT)
        installation.wait_idle()
        until_live(installation)
    finally:
        installation.end_workers()


def owners(status: Any) -> int:
    return len({part["owner"] for part in status["partitions"]} - {None})


def wait_until(installation: Installation, good: Any) -> None:
    until = time.monotonic() + 60
    while not good(status := installation.json("status")):
        assert time.monotonic() < until, status
        time.sleep(0.2)


@pytest.mark.parametrize("clock", [pytest.param("event", marks=pytest.mark.thorough), "wall"])
def test_without_a_worker_nothing_is_green(stack_environment: dict[str, str], tmp_path: Path, clock: str) -> None:
    installation = Installation(stack_environment, tmp_path, policy=small_policy(tmp_path), clock=clock)
    try:
        installation.start_worker()
        installation.wait_idle()
    finally:
        installation.end_workers()
    wait_until(installation, lambda status: status["workers"] == 0)  # the group has heard that it left
    assert "no worker is there" in reasons(installation)
    assert "(open, but no worker is there: nothing is applied)" in installation.run("status")
    installation.run("status", "--wait-idle", "1", code=1)


def test_what_stands_behind_an_open_transaction_is_lag(stack_environment: dict[str, str], tmp_path: Path) -> None:
    installation = Installation(stack_environment, tmp_path, policy=small_policy(tmp_path), clock="event")
    try:
        installation.start_worker()
        with open_on(installation, "offences.v1"):
            installation.send([(b"p", a_report()), (b"q", a_report(offender_id="q", offence_id="new"))])
            status = installation.json("status")
            assert status["lag"] == status["partitions"][0]["held_back"] > 2
            installation.run("status", "--wait-idle", "1", code=1)
            (why,) = lasting_reasons(installation)
            assert why.startswith("what was sent cannot be read: a transaction is open on")
            assert "behind an open transaction" in installation.run("status")
        assert installation.wait_idle()["lag"] == 0
        until_live(installation)
    finally:
        installation.end_workers()


def test_an_idle_board_whose_alerts_are_gone_is_red(stack_environment: dict[str, str], tmp_path: Path) -> None:
    installation = Installation(stack_environment, tmp_path, policy=small_policy(tmp_path), clock="event")
    try:
        installation.start_worker()
        assert installation.wait_idle()["missing_topics"] == []
        name = f"{installation.prefix}alerts.v1"
        with closing(KafkaAdminClient(bootstrap_servers=installation.environment["HARMWATCH_KAFKA"])) as client:
            kafka_topics.delete(client, [name])
        document = installation.json("status", "--live", code=1)
        assert document["missing_topics"] == [name]
        assert document["reasons"] == [f"topic {name} is gone"]
    finally:
        installation.end_workers()


@pytest.mark.thorough
def test_an_outbox_that_nobody_publishes_is_red(tmp_path: Path) -> None:
    with Stack(tmp_path / "stack") as stack:
        installation = Installation(stack.environment(), tmp_path, policy=small_policy(tmp_path), clock="event")
        try:
            worker = installation.start_worker()
            installation.send([(b"p", a_report())])
            installation.wait_idle()
            store = redis.Redis.from_url(installation.environment["HARMWATCH_REDIS"])
            with store:
                os.kill(worker.pid, signal.SIGSTOP)
                # What a worker has applied and not published yet.
                store.rpush(f"{installation.prefix}harmwatch:{{v100}}:outbox", b"an entry")
            time.sleep(float(WITHIN))
            assert any("1 entries wait and none is published" in why for why in reasons(installation))
        finally:
            installation.end_workers(signal.SIGKILL)


def test_a_look_that_fails_leaves_no_connection_behind(stack_environment: dict[str, str], tmp_path: Path) -> None:
    """Whoever watches looks again twice a second, for as long as Redis is away."""
    installation = Installation(stack_environment, tmp_path, policy=small_policy(tmp_path))
    kafka, nowhere = stack_environment["HARMWATCH_KAFKA"], "redis://127.0.0.1:1/0"
    settings = Settings(kafka=kafka, redis=nowhere, prefix=installation.prefix)
    before = len(psutil.Process().net_connections())
    kept = []  # as the watch keeps the trouble, and with it whatever its frames hold
    for _ in range(5):
        with pytest.raises(Unavailable) as failed:
            Look(settings)
        kept.append(failed)
    assert len(psutil.Process().net_connections()) <= before

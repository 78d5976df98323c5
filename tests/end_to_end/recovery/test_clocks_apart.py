"""A wrong clock, the store's or a worker's: nothing ends too early, nobody stops, and `status` says whose it is."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.crash.armed_worker import CLOCK_VARIABLE
from tests.crash.faults.test_waits import wait_for
from tests.end_to_end.board.test_wall_clock import report
from tests.end_to_end.installation import ROOT, Installation
from tests.end_to_end.troubleshooting import said_as_documented

pytestmark = pytest.mark.stack
HOUR_SECONDS, DAY_SECONDS = 3_600, 86_400
PATIENCE_SECONDS = 90


@pytest.fixture
def installation(stack_environment: dict[str, str], tmp_path: Path) -> Iterator[Installation]:
    """A board by the wall, with a band of one and a window of a day."""
    tmp_path.joinpath("index.csv").write_text("code,days,title\nA,100,a\nB,10,b\n")
    policy = tmp_path / "policy.toml"
    policy.write_text(
        """id = "t"\nversion = "1"\nowner = "tests"\n[index]\nfile = "index.csv"\n[window]\ndays = 1
anchor = "reported_at"\n[status]\nreported = 100\n[band]\nsize = 1\nexit_rank = 1\n"""
    )
    made = Installation(stack_environment, tmp_path, policy=str(policy))
    try:
        yield made
    finally:
        made.end_workers()


@contextmanager
def a_worker_behind(installation: Installation, seconds: int) -> Iterator[None]:
    """A worker whose machine's clock is behind the store's: to both of them it is the store's that is ahead."""
    with (installation.folder / "behind.log").open("wb") as log:
        worker = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.armed_worker"], cwd=ROOT, stderr=log,
            env=installation.environment | {CLOCK_VARIABLE: str(-seconds)},
        )  # fmt: skip
    try:
        yield
        worker.terminate()
        assert worker.wait(60) == 0, (installation.folder / "behind.log").read_text()
    finally:
        worker.kill()
        worker.wait()


def await_that(installation: Installation, holds: Callable[[Any], bool]) -> Any:
    """The first status of which something holds."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not holds(status := installation.json("status")):
        assert time.monotonic() < until, status
        time.sleep(0.1)
    return status


def moves(installation: Installation) -> list[tuple[str, str]]:
    return [(alert["transition"], alert["offender_id"]) for alert in installation.alerts()]


def test_a_store_that_is_ahead_ends_nothing_and_goes_on_by_itself(installation: Installation) -> None:
    now = datetime.now(UTC)
    soon = now + timedelta(seconds=2) - timedelta(days=1)
    with a_worker_behind(installation, HOUR_SECONDS):
        installation.send([report("heavy", "A", now, soon), report("light", "B", now, now)])
        status = await_that(installation, lambda told: told["clock"] is not None and told["lag"] == 0)
        assert status["clock"]["ahead"] == "store"
        assert abs(status["clock"]["seconds"] - HOUR_SECONDS) < 10
        assert "the store's clock is 3600 s ahead of the clock of worker " in installation.run("status")
        while datetime.now(UTC) < now + timedelta(seconds=3):  # by the store's clock the window is over
            time.sleep(0.1)
        time.sleep(1.0)  # and two ticks have passed since
        assert moves(installation) == [("entered", "heavy")]
    installation.start_worker()
    await_that(installation, lambda told: told["sequence"] == 3)
    installation.wait_idle()
    assert moves(installation) == [("entered", "heavy"), ("left", "heavy"), ("entered", "light")]
    assert installation.json("verify", "--redis")["ok"]


@pytest.mark.thorough
@pytest.mark.timeout(300)  # a minute, and what comes before and behind it
def test_a_worker_that_has_gone_is_no_witness_after_a_minute(installation: Installation) -> None:
    with a_worker_behind(installation, HOUR_SECONDS):
        await_that(installation, lambda told: told["clock"] is not None)
    installation.start_worker()
    await_that(installation, lambda told: told["clock"] is None)


def owner(status: Any) -> str | None:
    """Who has the only partition, once that is agreed on."""
    who: str | None = status["partitions"][0]["owner"] if status["settled"] else None
    return who


def stand_by(installation: Installation, behind: str | None) -> None:
    """One more worker joins, and the one that is behind keeps the only partition: who gets it is Kafka's choice."""
    until = time.monotonic() + 2 * PATIENCE_SECONDS
    while True:
        installation.start_worker()
        both = await_that(installation, lambda told: told["workers"] == 2 and owner(told) is not None)
        if owner(both) == behind:
            return
        installation.end_workers()
        await_that(installation, lambda told: told["workers"] == 1 and owner(told) == behind)
        assert time.monotonic() < until, "the other one has always got the partition"


@pytest.mark.thorough
def test_where_the_relays_clock_is_slow_one_that_stands_by_lets_time_pass(installation: Installation) -> None:
    with a_worker_behind(installation, HOUR_SECONDS):
        stand_by(installation, owner(installation.wait_idle()))
        now = datetime.now(UTC)
        soon = now + timedelta(seconds=2) - timedelta(days=1)
        installation.send([report("heavy", "A", now, soon), report("light", "B", now, now)])
        await_that(installation, lambda told: told["sequence"] == 3 and told["outbox"] == 0)
        assert moves(installation) == [("entered", "heavy"), ("left", "heavy"), ("entered", "light")]
        installation.end_workers()


@pytest.mark.thorough
def test_a_leap_of_days_waits_for_a_person(installation: Installation) -> None:
    now = datetime.now(UTC)
    long_ago = now - timedelta(days=8)
    with a_worker_behind(installation, 8 * DAY_SECONDS):
        installation.send([report("early", "A", long_ago, long_ago)])
        await_that(installation, lambda told: told["sequence"] == 1 and told["outbox"] == 0)
    installation.start_worker()
    installation.send([report("late", "B", now, now)])
    status = await_that(installation, lambda told: told["state"] == "clock")
    assert status["clock"]["ahead"] == "both"
    assert status["clock"]["seconds"] > 7 * DAY_SECONDS
    said = installation.run("status")
    assert "8 days after the newest entry" in said
    assert "harmwatch worker --accept-clock" in said
    assert installation.json("status", "--wait-idle", "1", code=1)["lag"] == 1
    assert moves(installation) == [("entered", "early")]
    log = installation.folder / "worker-0.log"
    wait_for(log, "the clocks say", "waiting for the clocks")
    said_as_documented("the clocks say", log.read_text())
    said_as_documented("waiting for the clocks", log.read_text())

    installation.start_worker("--accept-clock")
    installation.wait_idle()
    assert moves(installation) == [("entered", "early"), ("left", "early"), ("entered", "late")]
    entries = [json.loads(record.value) for record in installation.read("journal.v1")]
    (word,) = (entry["body"] for entry in entries if entry["kind"] == "acceptance")
    assert datetime.fromisoformat(word["clock"]) >= now
    installation.empty_store()
    installation.wait_idle()
    assert installation.json("verify", "--redis")["ok"]

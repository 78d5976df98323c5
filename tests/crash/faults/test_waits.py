"""Whatever a worker waits for has a name, is told after a moment and then seldom, and ends nobody."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from models.errors import NotAllowed, Unavailable
from streams.relay.waits import AGAIN_SECONDS, LONGEST_PAUSE_SECONDS, RelayWaits
from streams.waits import SAY_AFTER_SECONDS, SAY_AGAIN_SECONDS, WaitReason, Waits
from tests.crash.limited import limited_worker
from tests.end_to_end.foreign import open_on
from tests.end_to_end.installation import Installation
from tests.end_to_end.recovery.test_recovery import lines, small_policy
from tests.end_to_end.troubleshooting import said_as_documented
from tests.logged import logged

if TYPE_CHECKING:
    from embedded.stack import Stack

PATIENCE_SECONDS = 60.0


class Clock:
    """Seconds that go by as a test says."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def heard(waits: Waits, clock: Clock, seconds: float, log: pytest.LogCaptureFixture) -> list[str]:
    """What is told while so many seconds go by, at two looks a second."""
    log.clear()
    for _ in range(int(seconds * 2)):
        clock.now += 0.5
        waits.tell()
    return [record.getMessage() for record in log.records]


def test_a_wait_is_reported_after_a_moment_and_then_seldom(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    waits = Waits(clock := Clock())
    with waits.waiting(WaitReason.STORE, "Redis does not answer"):
        assert heard(waits, clock, SAY_AFTER_SECONDS - 0.5, caplog) == []
        assert heard(waits, clock, SAY_AGAIN_SECONDS, caplog) == ["waiting for the store: Redis does not answer"]
        assert len(heard(waits, clock, 10 * SAY_AGAIN_SECONDS, caplog)) == 10
    assert logged(caplog)[-1].getMessage() == "waited 330 s for the store"
    assert heard(waits, clock, SAY_AGAIN_SECONDS, caplog) == []


def test_what_two_runs_wait_for_is_reported_once(caplog: pytest.LogCaptureFixture) -> None:
    waits = Waits(clock := Clock())
    away = (WaitReason.STORE, "Redis does not answer")
    with waits.waiting(*away), waits.waiting(WaitReason.KAFKA):
        said = heard(waits, clock, SAY_AGAIN_SECONDS / 2, caplog)
        assert said == ["waiting for the store: Redis does not answer", "waiting for Kafka"]
        with waits.waiting(*away), waits.waiting(*away, partition=1):
            on_one = "waiting for the store on partition 1: Redis does not answer"
            assert heard(waits, clock, SAY_AGAIN_SECONDS / 2 - 1, caplog) == [on_one]
            assert len(heard(waits, clock, 10 * SAY_AGAIN_SECONDS, caplog)) == 30


def test_a_wait_that_is_soon_over_is_nobodys_concern(caplog: pytest.LogCaptureFixture) -> None:
    waits = Waits(clock := Clock())
    with waits.waiting(WaitReason.BOARD):
        assert heard(waits, clock, SAY_AFTER_SECONDS / 2, caplog) == []
    assert heard(waits, clock, SAY_AGAIN_SECONDS, caplog) == []
    assert not waits.stand(*WaitReason)


def test_a_partition_that_waits_keeps_no_other_one_from_being_judged() -> None:
    waits = Waits()
    with waits.waiting(WaitReason.STORE, partition=3):
        assert waits.stand(WaitReason.STORE, partition=3)
        assert not waits.stand(WaitReason.STORE, partition=4)
        assert not waits.stand(WaitReason.BOARD, partition=3)


def test_a_relay_that_is_not_confirmed_waits_by_name(caplog: pytest.LogCaptureFixture) -> None:
    waits = Waits(clock := Clock())
    with RelayWaits(waits) as relay:
        assert not relay.is_confirmed(owns=False)
        said_as_documented("waiting for the group to confirm", "\n".join(heard(waits, clock, 2.0, caplog)))
    assert not waits.stand(*WaitReason)


def test_what_is_refused_is_tried_again_ever_more_seldom_and_an_outage_is_not() -> None:
    with RelayWaits(Waits()) as relay:
        pauses = []
        for _ in range(10):
            relay.begin_again(NotAllowed("no"))
            pauses.append(relay.pause_seconds)
        assert pauses == sorted(pauses)
        assert pauses[-1] == LONGEST_PAUSE_SECONDS
        relay.begin_again(Unavailable("away"))
        assert relay.pause_seconds == AGAIN_SECONDS


def test_a_refusal_is_named_at_once_and_once_also_behind_an_outage(caplog: pytest.LogCaptureFixture) -> None:
    with RelayWaits(Waits()) as relay:
        relay.begin_again(Unavailable("away"))
        for _ in range(3):
            relay.begin_again(NotAllowed("the right to zrank"))
            relay.recovering()
    assert [record.getMessage() for record in logged(caplog) if record.levelname == "WARNING"] == [
        "waiting for the relay to begin: the right to zrank"
    ]


@pytest.fixture
def apart(crash_stack: "Stack", tmp_path: Path) -> Installation:
    """An installation whose servers may be killed, and come back."""
    return Installation(crash_stack.environment(), tmp_path, policy=small_policy(tmp_path), clock="event")


@contextmanager
def without(kill: Callable[[], None], start: Callable[[], None]) -> Iterator[None]:
    """A server is gone for as long as the block."""
    kill()
    try:
        yield
    finally:
        start()


def movers(count: int) -> bytes:
    """Reports of which each takes its person to the first place of the band, and somebody out of it."""
    return b"".join(
        b'{"event_id":"e%d","type":"offence.reported","offence_id":"o%d","offender_id":"p%d","code":"X",'
        b'"occurred_at":"2024-01-01T00:00:00Z","recorded_at":"2024-%02d-%02dT00:00:00Z"}\n'
        % (n, n, n, 1 + n * 12 // count, 1 + n * 12 * 28 // count % 28)
        for n in range(count)
    )


def wait_for(said: Path, *words: str) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while missing := [each for each in words if each not in said.read_text()]:
        assert time.monotonic() < until, f"{missing}\n{said.read_text()}"
        time.sleep(0.05)


@pytest.mark.stack
@pytest.mark.thorough
def test_servers_that_are_away_are_named_and_the_worker_goes_on_when_they_are_back(
    crash_stack: "Stack", apart: Installation
) -> None:
    said, data = apart.folder / "said.log", apart.folder / "reports.jsonl"
    with limited_worker(apart, said, looks=70, look_seconds=0.2) as worker:
        wait_for(said, "the relay goes on")
        with without(crash_stack.kill_valkey, crash_stack.start_valkey):
            wait_for(said, "waiting for the store", "waiting for the relay to begin")
        wait_for(said, "waited ")
        with without(crash_stack.kill_kafka, crash_stack.start_kafka):
            wait_for(said, "waiting for Kafka")
            time.sleep(70 * 0.2)  # as long as the watchdog is patient
        data.write_bytes(lines(100))
        apart.json("ingest", str(data))
        assert apart.wait_idle(60)["lag"] == 0
        assert worker.poll() is None, said.read_text()
    said_as_documented("waiting for the store", said.read_text())
    said_as_documented("waiting for the relay", said.read_text())
    said_as_documented("waiting for Kafka", said.read_text())


@pytest.mark.stack
@pytest.mark.thorough
def test_a_full_outbox_and_a_closed_board_are_named(stack_environment: dict[str, str], tmp_path: Path) -> None:
    installation = Installation(stack_environment, tmp_path, policy=small_policy(tmp_path), clock="event")
    said, data = tmp_path / "said.log", tmp_path / "reports.jsonl"
    data.write_bytes(movers(12_000))
    installation.json("ingest", str(data))
    with limited_worker(installation, said, "the relay's thread", looks=40, look_seconds=0.2) as worker:
        assert worker.wait(60) == 1
    said_as_documented("waiting for room in the outbox", said.read_text())
    with limited_worker(installation, said, "the recovery", looks=20, look_seconds=0.2) as worker:
        assert worker.wait(60) == 1
    said_as_documented("waiting for the board", said.read_text())


@pytest.mark.stack
def test_records_behind_an_open_transaction_are_waited_for_by_name_and_end_nobody(
    stack_environment: dict[str, str], tmp_path: Path
) -> None:
    installation = Installation(stack_environment, tmp_path, policy=small_policy(tmp_path), clock="event")
    said, limits = tmp_path / "said.log", {"looks": 12, "look_seconds": 0.2, "looks_to_a_question": 2}
    with limited_worker(installation, said, **limits) as worker:
        wait_for(said, "the relay goes on")
        with open_on(installation, "offences.v1"):
            installation.send([(b"p", line) for line in lines(10).split()])
            wait_for(said, "waiting for a transaction to end")
            time.sleep(12 * 0.2)  # as long as the watchdog is patient
        wait_for(said, "s for a transaction to end")
        assert installation.wait_idle()["lag"] == 0
        assert worker.poll() is None, said.read_text()
    said_as_documented("waiting for a transaction to end", said.read_text())

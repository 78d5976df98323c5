"""A bad deploy does not empty a topic into the bin: its partition is parked, and goes on at a person's word."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaProducer

from tests.end_to_end.installation import Installation
from tests.end_to_end.recovery.test_recovery import small_policy
from tests.end_to_end.troubleshooting import said_as_documented
from tests.end_to_end.warm_workers import WarmWorker

pytestmark = pytest.mark.stack
GOOD, BAD = 1_500, 2_500
STOPPED_AT = GOOD + 500
STOPPED_AGAIN_AT = STOPPED_AT + 1_999
"""A thousand pass uncounted, and of the next thousand the last one trips the brake."""

PATIENCE_SECONDS = 60


@pytest.fixture
def installation(stack_environment: dict[str, str], tmp_path: Path) -> Iterator[Installation]:
    made = Installation(stack_environment, tmp_path, 2, policy=small_policy(tmp_path), clock="event")
    try:
        yield made
    finally:
        made.end_workers()


def send(installation: Installation, partition: int, first: int, codes: list[str]) -> None:
    """Reports with these codes, numbered from `first` on, to one partition."""
    producer = KafkaProducer(bootstrap_servers=installation.environment["HARMWATCH_KAFKA"])
    for number, code in enumerate(codes, first):
        content = {
            "event_id": f"e{partition}-{number}",
            "type": "offence.reported",
            "offence_id": f"o{partition}-{number}",
            "offender_id": f"p{partition}-{number % 97}",
            "code": code,
            "occurred_at": "2024-01-01T00:00:00Z",
            "recorded_at": f"2024-01-{1 + number // 300:02}T00:00:00Z",
        }
        key = str(content["offender_id"]).encode()
        producer.send(
            f"{installation.prefix}offences.v1", key=key, value=json.dumps(content).encode(), partition=partition
        )
    producer.flush()
    producer.close()


def flood(installation: Installation) -> None:
    """On partition 0 a policy that lacks a code, or a sender that has changed its own."""
    send(installation, 0, 0, ["X"] * GOOD + ["NEW"] * BAD)


def one_in_a_hundred(count: int) -> list[str]:
    return ["X" if number % 100 else "NEW" for number in range(count)]


def await_that(installation: Installation, holds: Callable[[Any], bool]) -> Any:
    """The first status of which something holds."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not holds(status := installation.json("status")):
        assert time.monotonic() < until, status
        time.sleep(0.1)
    return status


def await_parked(installation: Installation, offset: int) -> Any:
    """The status once partition 0 is parked at `offset`, up to which it is applied."""

    def is_parked(status: Any) -> bool:
        places = [(each["partition"], each["offset"]) for each in status["parked"]]
        return places == [(0, offset)] and status["partitions"][0]["applied"] == offset

    return await_that(installation, is_parked)


def await_applied(installation: Installation, partition: int, offset: int) -> None:
    await_that(installation, lambda status: status["partitions"][partition]["applied"] == offset)


def await_an_owner_each(installation: Installation) -> None:
    """Else the first worker meets the brake before the second one has come, and the second one meets it too."""
    until = time.monotonic() + PATIENCE_SECONDS
    while None in (owners := {part["owner"] for part in installation.json("status")["partitions"]}) or len(owners) < 2:
        assert time.monotonic() < until, owners
        time.sleep(0.1)


def who_parked(installation: Installation) -> list[WarmWorker]:
    """The workers that have said so."""
    logs = [(installation.folder / f"worker-{n}.log").read_text() for n in range(len(installation.workers))]
    return [
        worker
        for worker, log in zip(installation.workers, logs, strict=True)
        if f"partition 0 is parked at offset {STOPPED_AT}: 501 of its last 1000 records would be refused" in log
    ]


def documented(installation: Installation) -> None:
    """What the one that parked has said."""
    log = installation.folder / f"worker-{installation.workers.index(who_parked(installation)[0])}.log"
    said_as_documented("partition N is parked", log.read_text().replace("`", ""))


def accepted(installation: Installation) -> list[dict[str, Any]]:
    entries = [json.loads(record.value) for record in installation.read("journal.v1")]
    return [entry["body"] for entry in entries if entry["kind"] == "acceptance"]


@pytest.mark.thorough
def test_a_flood_parks_its_partition_and_the_others_go_on(installation: Installation) -> None:
    for _ in range(2):
        installation.start_worker()
    await_an_owner_each(installation)
    flood(installation)
    stopped = await_parked(installation, STOPPED_AT)
    assert (stopped["state"], stopped["parked"][0]["reason"]) == ("parked", "unknown_code")
    assert all(worker.poll() is None for worker in installation.workers)

    send(installation, 1, 0, one_in_a_hundred(5_000))
    await_applied(installation, 1, 5_000)
    said = installation.run("status")
    assert f"partition 0 is parked at offset {STOPPED_AT} since " in said
    assert "code 'NEW' is not in the index of policy t" in said
    assert "harmwatch brake release --partition 0 --why TEXT" in said
    assert installation.json("status", "--live", "--within", "60", code=1)["parked"] == stopped["parked"]
    assert installation.json("status", "--wait-idle", "0.1", code=1)["lag"] == BAD - 500

    installation.empty_store()
    await_parked(installation, STOPPED_AT)
    await_applied(installation, 1, 5_000)
    (owner,) = who_parked(installation)
    documented(installation)
    owner.kill()
    until = time.monotonic() + PATIENCE_SECONDS
    while len(who_parked(installation)) < 2:
        assert time.monotonic() < until, "nobody else has met the brake"
        time.sleep(0.1)
    send(installation, 1, 5_000, one_in_a_hundred(1_000))
    await_applied(installation, 1, 6_000)
    await_parked(installation, STOPPED_AT)


@pytest.mark.thorough
def test_a_parked_partition_is_released_by_a_person_while_the_others_work(installation: Installation) -> None:
    installation.start_worker()
    flood(installation)
    await_parked(installation, STOPPED_AT)
    said = installation.say("brake", "release", "--partition", "1", "--why", "a slip")
    assert (said.code, said.errors) == (1, "harmwatch: partition 1 is not parked (parked: 0)\n")
    why = "the codes of last year are gone for good"
    for stopped_at in (STOPPED_AT, STOPPED_AGAIN_AT):
        send(installation, 1, 2_000 * (stopped_at > STOPPED_AT), one_in_a_hundred(2_000))
        document = installation.json("brake", "release", "--partition", "0", "--why", why)
        assert (document["partition"], document["offset"]) == (0, stopped_at)
        if stopped_at == STOPPED_AT:
            await_parked(installation, STOPPED_AGAIN_AT)
    installation.wait_idle()
    assert [(body["partition"], body["why"]) for body in accepted(installation)] == [(0, why)] * 2
    assert len(installation.read("dead-letters.v1")) == BAD + 40
    assert installation.json("verify", "--redis")["ok"]
    board, alerts = installation.json("board", "--top", "1000"), installation.alerts()
    installation.empty_store()
    installation.wait_idle()
    assert installation.json("board", "--top", "1000") == board
    assert installation.alerts() == alerts


@pytest.mark.thorough
def test_the_word_with_which_a_worker_was_started_holds_once_and_a_baseline_waits_for_it(
    stack_environment: dict[str, str], tmp_path: Path
) -> None:
    policy, after = small_policy(tmp_path), "2024-01-01T00:00:00Z"
    installation = Installation(stack_environment, tmp_path, policy=policy, clock="event", alerts_after=after)
    flood(installation)
    try:
        installation.start_worker("--accept-refusals")
        await_parked(installation, STOPPED_AGAIN_AT)
        assert installation.alerts() == []
        said = installation.run("status")
        assert "no alert goes out before the baseline, which waits until partition 0 is released" in said
        installation.end_workers()
        installation.start_worker("--accept-refusals")
        installation.wait_idle()
        assert len(installation.read("alerts.v1")) == 1
        assert [body["partition"] for body in accepted(installation)] == [0, 0]
        assert installation.json("verify", "--redis")["ok"]
    finally:
        installation.end_workers()

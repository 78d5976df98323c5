"""A topic that changes under running workers: without it, or with another, they end; a new partition is taken up."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from kafka import KafkaAdminClient
from kafka.admin import NewPartitions

from tests import kafka_topics
from tests.end_to_end.installation import Installation
from tests.end_to_end.recovery.test_recovery import lines, small_policy

pytestmark = pytest.mark.stack


@pytest.fixture
def admin(stack_environment: dict[str, str]) -> Iterator[KafkaAdminClient]:
    client = KafkaAdminClient(bootstrap_servers=stack_environment["HARMWATCH_KAFKA"])
    yield client
    client.close()


@pytest.fixture
def at_work(stack_environment: dict[str, str], tmp_path: Path) -> Iterator[Installation]:
    """Two workers on two partitions, idle after a first file."""
    installation = Installation(stack_environment, tmp_path, 2, policy=small_policy(tmp_path), clock="event")
    data = tmp_path / "reports.jsonl"
    data.write_bytes(lines(400))
    installation.json("ingest", str(data))
    installation.start_worker()
    installation.start_worker()
    try:
        installation.wait_idle()
        yield installation
    finally:
        installation.end_workers()


def both_end(installation: Installation) -> list[str]:
    """What each said last."""
    for worker in installation.workers:
        assert worker.wait(60) == 1
    installation.workers.clear()
    said = [(installation.folder / f"worker-{number}.log").read_text().splitlines() for number in (0, 1)]
    return [next(line for line in reversed(words) if line.startswith("harmwatch: ")) for words in said]


def test_a_topic_that_is_gone_ends_the_workers(at_work: Installation, admin: KafkaAdminClient) -> None:
    admin.delete_topics([f"{at_work.prefix}offences.v1"])
    assert [f"topic {at_work.prefix}offences.v1 is missing" in said for said in both_end(at_work)] == [True, True]


@pytest.mark.parametrize(
    "fewer",
    [
        pytest.param(True, id="with fewer records"),
        pytest.param(False, id="with more records", marks=pytest.mark.thorough),
    ],
)
def test_a_topic_that_was_recreated_ends_the_workers_and_nothing_of_it_is_applied(
    at_work: Installation, admin: KafkaAdminClient, fewer: bool
) -> None:
    before = at_work.read("journal.v1")
    kafka_topics.delete(admin, [f"{at_work.prefix}offences.v1"])
    at_work.run("topics", "create", "--partitions", "2")
    data = at_work.folder / "others.jsonl"
    data.write_bytes(lines(10 if fewer else 2_000).replace(b'_id":"p', b'_id":"another-'))
    at_work.json("ingest", str(data))
    for said in both_end(at_work):
        assert "recreated" in said or "is missing" in said
    at_work.start_worker()
    worker = at_work.workers[0]
    assert worker.wait(60) == 1
    at_work.workers.clear()
    said = (at_work.folder / "worker-0.log").read_text()
    assert "recreated" in said or "topic_id is" in said
    assert "Traceback" not in said
    runs = [entry["run"] for record in at_work.read("journal.v1") if (entry := json.loads(record.value))["run"]]
    assert len(runs) == sum(json.loads(record.value)["run"] is not None for record in before)


def test_a_partition_that_is_added_is_taken_up(at_work: Installation, admin: KafkaAdminClient) -> None:
    admin.create_partitions({f"{at_work.prefix}offences.v1": NewPartitions(3)})
    until = time.monotonic() + 60
    while len(at_work.json("status")["partitions"]) < 3:
        assert time.monotonic() < until
    data = at_work.folder / "more.jsonl"
    data.write_bytes(lines(400).replace(b'_id":"o', b'_id":"more-o').replace(b'_id":"e', b'_id":"more-e'))
    at_work.json("ingest", str(data))
    idle = at_work.wait_idle()
    assert [part["applied"] > 0 for part in idle["partitions"]] == [True] * 3
    assert at_work.json("verify", "--redis")["ok"]

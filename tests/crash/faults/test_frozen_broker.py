"""One of three brokers stands still: nobody waits for it longer than the others need to elect, and a few requests."""

import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack
from contextlib import closing as closing_of
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest
import redis
from kafka import KafkaAdminClient, KafkaProducer, TopicPartition

from broker.security import Brokers
from models.errors import Unavailable
from streams.transport.sender import Sender
from tests.conftest import missing
from tests.crash.limited import limited_worker
from tests.end_to_end.installation import Installation
from tests.end_to_end.recovery.test_recovery import lines, small_policy
from tests.end_to_end.troubleshooting import said_as_documented

if TYPE_CHECKING:
    from embedded.cluster import Cluster

pytestmark = [pytest.mark.stack, pytest.mark.thorough, pytest.mark.timeout(300)]  # three brokers start, and one stops
RECORDS = 4_000
PREFERRED = 0
BOUND_SECONDS = 75
"""An election by the brokers (3 s here), and four requests in a row that are given up after 15 s each."""


@pytest.fixture
def cluster() -> Iterator["Cluster"]:
    try:
        from embedded.cluster import Cluster
    except ImportError:
        missing("the extra `embedded`")
    with Cluster() as cluster:
        yield cluster


@pytest.fixture
def alone() -> Iterator["Cluster"]:
    try:
        from embedded.cluster import Cluster
    except ImportError:
        missing("the extra `embedded`")
    with Cluster(1) as cluster:
        yield cluster


def lead_where_the_group_is_coordinated(admin: KafkaAdminClient, topic: str, group: str) -> int:
    """The node that coordinates the group, which leads the topic's first partition from here on, too."""
    coordinator: int = admin._manager.run(admin._find_coordinator_ids, [group])[group]
    others = [node for node in (1, 2, 3) if node != coordinator]
    admin.alter_partition_reassignments({TopicPartition(topic, 0): [coordinator, *others]})
    until = time.monotonic() + BOUND_SECONDS
    while admin.describe_topics([topic])[0]["partitions"][0]["leader_id"] != coordinator:
        assert time.monotonic() < until, "the partition has not moved"
        admin.elect_leaders(PREFERRED, {topic: [0]}, raise_errors=False)
        time.sleep(0.2)
    return coordinator


def test_a_frozen_broker_stops_nobody_for_long(
    cluster: "Cluster", stack_environment: dict[str, str], tmp_path: Path
) -> None:
    environment = stack_environment | {"HARMWATCH_KAFKA": cluster.kafka}
    installation = Installation(environment, tmp_path, policy=small_policy(tmp_path), clock="event")
    topic, reports = f"{installation.prefix}offences.v1", lines(RECORDS).splitlines()
    with ExitStack() as closing:
        workers = [closing.enter_context(limited_worker(installation, tmp_path / f"worker-{n}.log")) for n in range(2)]
        sender = KafkaProducer(bootstrap_servers=cluster.kafka, acks="all", request_timeout_ms=5_000)
        closing.callback(sender.close, timeout=1)
        send(sender, topic, reports[:1_000])
        installation.wait_idle()
        admin = KafkaAdminClient(bootstrap_servers=cluster.kafka)
        closing.callback(admin.close)
        group = f"{installation.prefix}harmwatch-v100"
        frozen = cluster.pid(lead_where_the_group_is_coordinated(admin, topic, group))
        os.kill(frozen, signal.SIGSTOP)
        closing.callback(os.kill, frozen, signal.SIGCONT)
        send(sender, topic, reports[1_000:])
        wait_until_applied(installation)
        assert [worker.poll() for worker in workers] == [None, None]


def send(sender: KafkaProducer, topic: str, reports: list[bytes]) -> None:
    """Every report lies on the topic when it returns."""
    for report in reports:
        sender.send(topic, key=json.loads(report)["offender_id"].encode(), value=report, partition=0)
    sender.flush(BOUND_SECONDS)


def wait_until_applied(installation: Installation) -> None:
    """Asks the store, which is there, how far they have come: a command would ask the broker that stands still."""
    until = time.monotonic() + BOUND_SECONDS
    with redis.Redis.from_url(installation.environment["HARMWATCH_REDIS"]) as store:
        while (applied := store.hget(f"{installation.prefix}harmwatch:{{v100}}:ledger", "0")) != str(RECORDS).encode():
            assert time.monotonic() < until, f"{applied!r} of {RECORDS}"
            time.sleep(0.2)


def test_who_sends_to_a_broker_that_stands_still_hears_so(
    alone: "Cluster", stack_environment: dict[str, str], tmp_path: Path
) -> None:
    """From the beginning, or between two batches, when neither the start nor an error of the broker's would tell."""
    environment = stack_environment | {"HARMWATCH_KAFKA": alone.kafka}
    installation = Installation(environment, tmp_path, policy=small_policy(tmp_path), clock="event")
    (file := tmp_path / "reports.jsonl").write_bytes(lines(10))
    with closing_of(Sender(Brokers([alone.kafka]), f"{installation.prefix}offences.v1", 1, 2.0)) as sender:
        sender.send(b"p", b"taken")
        sender.flush()
        os.kill(alone.pid(1), signal.SIGSTOP)
        try:
            until = time.monotonic() + BOUND_SECONDS
            while psutil.Process(alone.pid(1)).status() != psutil.STATUS_STOPPED:
                assert time.monotonic() < until
                time.sleep(0.1)
            sender.send(b"p", b"on its way")
            with pytest.raises(Unavailable, match="nothing was taken for 2 s") as told:
                sender.flush()
            said = installation.say("ingest", str(file))
        finally:
            os.kill(alone.pid(1), signal.SIGCONT)
    assert (said.code, "HARMWATCH_KAFKA" in said.errors) == (1, True), said
    said_as_documented("Kafka at ADDRESS does not take it", str(told.value))

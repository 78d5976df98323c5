"""A worker to whom no record comes hears of a recovery all the same."""

import signal
import time
from pathlib import Path

import pytest
import redis
from kafka import KafkaProducer

from tests.end_to_end.installation import Installation
from tests.end_to_end.loading.test_bad_input import a_report
from tests.end_to_end.recovery.test_recovery import small_policy
from tests.end_to_end.warm_workers import WarmWorker

pytestmark = pytest.mark.stack


def test_what_an_idle_worker_had_applied_is_applied_again_after_the_store_lost_it(
    stack_environment: dict[str, str], tmp_path: Path
) -> None:
    installation = Installation(stack_environment, tmp_path, 2, policy=small_policy(tmp_path), clock="event")
    store = redis.Redis.from_url(stack_environment["HARMWATCH_REDIS"])
    ledger = f"{installation.prefix}harmwatch:{{v100}}:ledger"
    try:
        relay = owner_of(installation, 0)
        installation.wait_idle()
        relay.send_signal(signal.SIGSTOP)  # for less than the session timeout: nobody publishes
        send(installation, 1)
        while store.hget(ledger, "1") != b"1":
            time.sleep(0.01)
        store.delete(*store.scan_iter(f"{installation.prefix}*"))
        relay.send_signal(signal.SIGCONT)
        installation.wait_idle()
        assert [row["offender_id"] for row in installation.json("board")["entries"]] == ["p"]
        assert installation.json("verify", "--redis")["ok"]
    finally:
        installation.end_workers()


def owner_of(installation: Installation, partition: int) -> WarmWorker:
    """The worker that owns a partition, once both workers have one."""
    installation.start_worker()
    installation.start_worker()
    while True:
        newest = [log.read_text("utf-8").rpartition("assigned: ")[2] for log in logs(installation)]
        owned = [text.partition("]")[0].count("partition=") for text in newest]
        if owned == [1, 1]:
            return installation.workers[[f"partition={partition})" in text for text in newest].index(True)]
        time.sleep(0.1)


def logs(installation: Installation) -> list[Path]:
    return [installation.folder / f"worker-{number}.log" for number in range(2)]


def send(installation: Installation, partition: int) -> None:
    producer = KafkaProducer(bootstrap_servers=installation.environment["HARMWATCH_KAFKA"])
    producer.send(installation.prefix + "offences.v1", key=b"p", value=a_report(), partition=partition).get(30)
    producer.close()

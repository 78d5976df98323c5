"""An installation of the service, spoken to through its command line and its topics alone."""

import json
import os
import signal
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

from kafka import KafkaConsumer, KafkaProducer, Serializer, TopicPartition

HARMWATCH = [str(Path(sys.executable).with_name("harmwatch"))]
ROOT = Path(__file__).parents[2]


class EmptyTupleIsNull(Serializer):  # type: ignore[misc]  # the client is untyped
    """The client takes no None beside a key that is None too."""

    def serialize(self, topic: str, headers: object, data: object) -> object:  # noqa: ARG002  (the client's)
        return None if data == () else data


class Installation:
    """One prefix on a shared stack, with workers as processes of their own."""

    def __init__(self, environment: dict[str, str], folder: Path, partitions: int = 1, **settings: str) -> None:
        self.prefix = settings.pop("prefix", f"t{uuid.uuid4().hex[:8]}-")
        given = {f"HARMWATCH_{name.upper()}": value for name, value in settings.items()}
        kept = {name: value for name, value in os.environ.items() if not name.startswith("HARMWATCH_")}
        self.environment = {**kept, **environment, "HARMWATCH_PREFIX": self.prefix, **given}
        self.folder = folder
        self.workers: list[subprocess.Popen[bytes]] = []
        self.run("topics", "create", "--partitions", str(partitions))

    def run(self, *words: str, code: int | None = 0) -> str:
        """A command's standard output."""
        done = subprocess.run(
            [*HARMWATCH, *words], env=self.environment, capture_output=True, cwd=ROOT, timeout=240, check=False
        )
        assert code is None or done.returncode == code, done.stderr.decode()
        return done.stdout.decode()

    def json(self, *words: str, code: int | None = 0) -> Any:
        """A command's document."""
        return json.loads(self.run(*words, "--json", code=code))

    def start_worker(self, *options: str) -> subprocess.Popen[bytes]:
        """A worker; what it says is kept in the folder."""
        with self.folder.joinpath(f"worker-{len(self.workers)}.log").open("wb") as log:
            worker = subprocess.Popen([*HARMWATCH, "worker", *options], env=self.environment, stderr=log, cwd=ROOT)
        self.workers.append(worker)
        return worker

    def end_workers(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Ends all workers and waits for them."""
        for worker in self.workers:
            worker.send_signal(number)
        for worker in self.workers:
            worker.wait(20)
        self.workers.clear()

    def wait_idle(self, seconds: int = 120) -> Any:
        """The status once lag and outbox are 0."""
        return self.json("status", "--wait-idle", str(seconds))

    def send(self, records: list[tuple[bytes | None, bytes | None]], topic: str = "offences.v1") -> None:
        """Raw records, in order, to partition 0."""
        producer = KafkaProducer(
            bootstrap_servers=self.environment["HARMWATCH_KAFKA"],
            max_request_size=4_000_000,
            value_serializer=EmptyTupleIsNull(),
        )
        for key, value in records:
            producer.send(self.prefix + topic, key=key, value=() if value is None else value, partition=0).get(10)
        producer.close()

    def read(self, topic: str) -> list[Any]:
        """Every committed record of a topic, partition by partition."""
        consumer = KafkaConsumer(
            bootstrap_servers=self.environment["HARMWATCH_KAFKA"],
            group_id=None,
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            isolation_level="read_committed",
        )
        places = [TopicPartition(self.prefix + topic, n) for n in consumer.partitions_for_topic(self.prefix + topic)]
        consumer.assign(places)
        ends = consumer.end_offsets(places)
        records: list[Any] = []
        while any(consumer.position(place) < ends[place] for place in places):
            for batch in consumer.poll(timeout_ms=500).values():
                records += batch
        consumer.close()
        return sorted(records, key=lambda record: (record.partition, record.offset))

    def alerts(self) -> list[dict[str, Any]]:
        """The values of alerts.v1."""
        return [json.loads(record.value) for record in self.read("alerts.v1")]


def fold(alerts: list[dict[str, Any]]) -> set[str]:
    """The band that the alerts tell of; sequences must rise by one."""
    band: set[str] = set()
    for number, alert in enumerate(alerts, 1):
        assert alert["sequence"] == number
        assert (alert["transition"] == "left") == (alert["offender_id"] in band)
        band ^= {alert["offender_id"]}
    return band

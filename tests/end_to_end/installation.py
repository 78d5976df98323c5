"""An installation of the service, spoken to through its command line and its topics alone."""

import json
import logging
import os
import signal
import sys
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import redis
from click.testing import CliRunner
from kafka import KafkaConsumer, KafkaProducer, Serializer, TopicPartition

from cli.commands import COMMANDS
from handbook.documents import document_schema
from tests.end_to_end.warm_workers import WarmWorker

HARMWATCH = [str(Path(sys.executable).with_name("harmwatch"))]
ROOT = Path(__file__).parents[2]
SESSION_SECONDS = "2"
"""Kafka takes a killed worker for dead after it: a third of what is shipped, since many tests wait for that."""


PATIENCE_SECONDS = 60
"""A broker that has come back may not know its topics yet."""


def under_this_load(seconds: float) -> float:
    """What takes so long where nobody else works, on a machine that is as busy as this one now."""
    return seconds * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


@dataclass(frozen=True, slots=True)
class Said:
    """What a command has answered."""

    code: int
    output: str
    errors: str


def say(environment: Mapping[str, str], *words: str, typed: bytes | None = None) -> Said:
    """Runs one command of harmwatch to its end inside of this process, with these variables and no other settings.

    tests/end_to_end/operator/test_processes.py runs every command as a process of its own.
    """
    from cli.main import main

    absent: dict[str, str | None] = {name: None for name in os.environ if name.startswith("HARMWATCH_")}
    with logs_kept():
        result = CliRunner().invoke(main, words, input=typed, env=absent | dict(environment), prog_name="harmwatch")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Said(result.exit_code, result.stdout, result.stderr)


def command_of(words: Sequence[str]) -> str:
    """The command that somebody types."""
    return next((name for name in (" ".join(words[:2]), words[0]) if name in COMMANDS), f"{words[0]} make")


@contextmanager
def logs_kept() -> Iterator[None]:
    """A command takes the process's logs for its own; afterwards they are pytest's again."""
    root, levels = logging.getLogger(), dict(_levels())
    handlers, root.handlers = root.handlers, []
    try:
        yield
    finally:
        root.handlers = handlers
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)


def _levels() -> Iterator[tuple[str, int]]:
    for name in ("root", *logging.root.manager.loggerDict):
        yield name, logging.getLogger(name).level


class EmptyTupleIsNull(Serializer):
    """The client takes no None beside a key that is None too."""

    def serialize(self, _topic: str, _headers: object, data: object) -> object:
        return None if data == () else data


class Installation:
    """One prefix on a shared stack, with workers as processes of their own."""

    def __init__(self, environment: dict[str, str], folder: Path, partitions: int = 1, **settings: str) -> None:
        self.prefix = settings.pop("prefix", f"t{uuid.uuid4().hex[:8]}-")
        given = {f"HARMWATCH_{name.upper()}": value for name, value in settings.items()}
        kept = {name: value for name, value in os.environ.items() if not name.startswith("HARMWATCH_")}
        ours = {"HARMWATCH_PREFIX": self.prefix, "HARMWATCH_SESSION_SECONDS": SESSION_SECONDS}
        self.environment = {**kept, **environment, **ours, **given}
        self.folder = folder
        self.workers: list[WarmWorker] = []
        self.run("topics", "create", "--partitions", str(partitions))

    def say(self, *words: str, typed: bytes | None = None, **settings: str) -> Said:
        """What a command answers; `settings` are changed for it alone."""
        changed = {f"HARMWATCH_{name.upper()}": value for name, value in settings.items()}
        return say(self.environment | changed, *words, typed=typed)

    def run(self, *words: str, code: int | None = 0) -> str:
        """A command's standard output."""
        said = self.say(*words)
        assert code is None or said.code == code, said.errors
        return said.output

    def json(self, *words: str, code: int | None = 0) -> Any:
        """A command's document, held against its schema."""
        document = json.loads(self.run(*words, "--json", code=code))
        schema = document_schema(command_of(words))
        if schema is not None:
            jsonschema.validate(document, schema)
        return document

    def start_worker(self, *options: str) -> WarmWorker:
        """A worker; what it says is kept in the folder."""
        worker = WarmWorker(options, self.environment, self.folder / f"worker-{len(self.workers)}.log")
        self.workers.append(worker)
        return worker

    def end_workers(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Ends all workers and waits for them."""
        for worker in self.workers:
            worker.send_signal(number)
        for worker in self.workers:
            worker.wait(60)
        self.workers.clear()

    def wait_idle(self, seconds: int = 120) -> Any:
        """The status once lag and outbox are 0."""
        return self.json("status", "--wait-idle", str(seconds))

    def empty_store(self) -> None:
        """Everything that the store holds of this installation is gone; others on the same store keep theirs."""
        with redis.Redis.from_url(self.environment["HARMWATCH_REDIS"]) as store:
            keys = list(store.scan_iter(f"{self.prefix}*"))
            assert keys, "nothing was there to be lost"
            store.delete(*keys)

    def send(self, records: list[tuple[bytes | None, bytes | None]], topic: str = "offences.v1") -> None:
        """Raw records, in order, to partition 0."""
        producer = KafkaProducer(
            bootstrap_servers=self.environment["HARMWATCH_KAFKA"],
            max_request_size=4_000_000,
            value_serializer=EmptyTupleIsNull(),
        )
        for key, value in records:
            producer.send(self.prefix + topic, key=key, value=() if value is None else value, partition=0).get(30)
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
        until = time.monotonic() + PATIENCE_SECONDS
        while not (numbers := consumer.partitions_for_topic(self.prefix + topic)):
            assert time.monotonic() < until, f"there is no {self.prefix}{topic}"
        places = [TopicPartition(self.prefix + topic, number) for number in numbers]
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

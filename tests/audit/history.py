"""A small history that the service really wrote, and copies of its topics with one thing changed."""

import functools
import hashlib
import json
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from kafka import KafkaAdminClient, KafkaProducer

from audit.verify.outcome import Outcome, Span, VerificationRequest
from audit.verify.verification import Verification
from broker.clients import PartitionReader
from broker.reader import OpenReader
from broker.security import Brokers
from models.canonical import canonical_json
from models.key_store import KeyStore
from models.topics import TOPICS, Topic
from tests import kafka_topics
from tests.end_to_end.installation import EmptyTupleIsNull, Installation

PARTITIONS = 2
CHUNKS, RECORDS_IN_CHUNK = 24, 30


@dataclass(frozen=True, slots=True)
class Item:
    """One record to write; in a copy its offset is its place among those of its partition."""

    partition: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()

    @property
    def content(self) -> Any:
        """The value as JSON."""
        return json.loads(self.value or b"null")

    def told(self, **changes: object) -> Self:
        """The same with other fields in its JSON."""
        return self.saying(canonical_json(self.content | changes))

    def saying(self, value: bytes | None) -> Self:
        """The same with another value."""
        return replace(self, value=value)


Items = list[Item]
Topics = Mapping[Topic, Items]


@dataclass
class History:
    """The recorded topics; `opened` gives readers on copies, whatever their names are."""

    environment: dict[str, str]
    installation: Installation
    items: Topics
    names: dict[str, dict[Topic, str]] = field(default_factory=dict)

    @property
    def brokers(self) -> Brokers:
        return Brokers([self.environment["HARMWATCH_KAFKA"]])

    def write(self, copies: Mapping[str, Topics]) -> None:
        """Writes copies; topics that a copy leaves out are those of the copy `clean`."""
        stem = uuid.uuid4().hex[:6]
        self.names |= {
            copy: self.names.get("clean", {}) | {topic: f"{stem}{number}-{topic.name}" for topic in changed}
            for number, (copy, changed) in enumerate(copies.items())
        }
        self._create({self.names[copy][topic]: topic for copy, changed in copies.items() for topic in changed})
        for copy, changed in copies.items():
            for topic, items in changed.items():
                self._send(self.names[copy][topic], items)
        self._producer.flush()

    def append(self, copy: str, topic: Topic, items: Items) -> None:
        """More records behind those of a copy."""
        self._send(self.names[copy][topic], items)
        self._producer.flush()

    def _create(self, made: Mapping[str, Topic]) -> None:
        admin = KafkaAdminClient(bootstrap_servers=self.brokers)
        kafka_topics.create(admin, made, PARTITIONS)
        admin.close()

    def _send(self, name: str, items: Items) -> None:
        for item in items:
            self._producer.send(
                name,
                key=item.key,
                value=() if item.value is None else item.value,
                headers=list(item.headers),
                partition=item.partition,
                timestamp_ms=item.timestamp_ms,
            )

    @cached_property
    def _producer(self) -> KafkaProducer:
        return KafkaProducer(
            bootstrap_servers=self.brokers, max_request_size=4_000_000, value_serializer=EmptyTupleIsNull()
        )

    def opened(self, copy: str) -> OpenReader:
        """Readers on a copy."""
        return functools.partial(open_copy, self.brokers, self.names[copy])

    def verify(
        self, copy: str, span: Span | None = None, keys: KeyStore | None = None, public_key: str | None = None
    ) -> Outcome:
        """What the verification of a copy comes to."""
        return Verification(
            self.opened(copy), VerificationRequest(span or Span(), public_key=public_key, keys=keys)
        ).run()


def open_copy(brokers: Brokers, names: Mapping[Topic, str], topic: Topic, partition: int) -> PartitionReader:
    return PartitionReader(brokers, names[topic], partition)


def record_history(environment: dict[str, str], folder: Path, **settings: str) -> History:
    """Lets a worker write a history: two partitions, refusals, corrections, a baseline, a second term."""
    policy = a_policy(folder)
    installation = Installation(
        environment, folder, PARTITIONS, policy=str(policy), clock="event", alerts_after="2024-02-20T00:00:00Z",
        **settings,
    )  # fmt: skip
    producer = KafkaProducer(bootstrap_servers=environment["HARMWATCH_KAFKA"])
    try:
        installation.start_worker()
        for chunk in range(CHUNKS):
            send_chunk(producer, f"{installation.prefix}offences.v1", chunk)
            if chunk in {0, CHUNKS // 2}:
                installation.wait_idle()
            if chunk == CHUNKS // 2:
                installation.end_workers()
                installation.start_worker()
        installation.wait_idle()
    finally:
        producer.close()
        installation.end_workers()
    return History(environment, installation, {topic: items_of(installation, topic) for topic in TOPICS})


def a_policy(folder: Path) -> Path:
    """A band of 8 with hysteresis, so that a few hundred reports move many people."""
    folder.joinpath("index.csv").write_text("code,days,title\nA,10,a\nB,25,b\nC,100,c\n")
    policy = folder / "policy.toml"
    policy.write_text(
        """id = "t"\nversion = "1"\nowner = "tests"\n[index]\nfile = "index.csv"\n[window]\ndays = 60
anchor = "reported_at"\n[status]\nreported = 100\ncancelled = 0\n[band]\nsize = 8\nexit_rank = 9\n"""
    )
    return policy


def send_chunk(producer: KafkaProducer, topic: str, chunk: int) -> None:
    """Some records, and time enough for a run of their own."""
    for number in range(chunk * RECORDS_IN_CHUNK, (chunk + 1) * RECORDS_IN_CHUNK):
        key, value = a_record(number)
        producer.send(topic, key=key, value=value, partition=int(key[1:]) % PARTITIONS)
    producer.flush()
    time.sleep(0.05)


def a_record(number: int) -> tuple[bytes, bytes]:
    """Report `number` of the history; every 40th cannot be read, every 7th corrects an earlier one."""
    who = f"p{number * number % 97}"
    day = number * 180 // (CHUNKS * RECORDS_IN_CHUNK)
    corrected = number % 7 == 0 and number > 97
    told = number - 97 if corrected else number
    if corrected:
        who = f"p{told * told % 97}"
    recorded_at = f"2024-{1 + day // 28:02}-{1 + day % 28:02}T{number % 24:02}:00:00Z"
    report = {
        "event_id": f"e{number}",
        "type": "offence.amended" if corrected else "offence.reported",
        "offence_id": f"o{told}",
        "offender_id": who,
        "revision": number + 1,
        "code": "ABC"[number % 3],
        "status": "cancelled" if number % 49 == 0 else "reported",
        "occurred_at": "2024-01-01T00:00:00Z",
        "recorded_at": recorded_at,
        "reported_at": recorded_at,
    }
    return who.encode(), b"{" if number % 40 == 20 else json.dumps(report).encode()


def items_of(installation: Installation, topic: Topic) -> Items:
    return [
        Item(record.partition, record.timestamp, record.key, record.value, tuple(record.headers))
        for record in installation.read(topic.name)
    ]


def rechained(items: Items, begin: int = 0) -> Items:
    """What somebody does who knows the chain: every hash from entry `begin` on is made again."""
    previous = items[begin - 1].content["hash"] if begin else "0" * 64
    done = items[:begin]
    for item in items[begin:]:
        content = item.content | {"previous_hash": previous}
        del content["hash"]
        previous = content["hash"] = hashlib.sha256(canonical_json(content)).hexdigest()
        done.append(item.saying(canonical_json(content)))
    return done

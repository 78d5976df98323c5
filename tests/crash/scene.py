"""The scene of one run: an installation of its own on a shared stack, and its crew of workers."""

import json
import random
import time
import uuid
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from datetime import datetime
from functools import cached_property
from pathlib import Path

from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from embedded.cluster import Cluster
from embedded.stack import Stack
from models.clock import ClockMode
from models.errors import HarmwatchError
from models.topics import OFFENCES, Topic, topic_name
from runtime.installation import open_store
from runtime.settings import Settings
from runtime.topic_creation import create_topics
from state.keys import Keys
from state.position import Position
from tests.crash.crew import STOPPED_SESSIONS, Crew, worker_environment
from tests.crash.harmed_worker import LIMITS_VARIABLE
from tests.crash.stream import PARTITIONS, Sent, write_policy
from tests.crash.verdict import Verdict
from tests.secure.tls_front import Front

ROOT = Path(__file__).parents[2]
PAUSE_SECONDS = 0.04
"""Between two chunks of the stream."""

PATIENCE_SECONDS = 90.0
SHIPPED_SESSION_SECONDS: float = Settings.model_fields["session_seconds"].default
SHORT_SESSION_SECONDS = 2.0
"""For tests: a worker that has died or stands still is missed three times as soon."""

_LOOK_SECONDS = 0.05
_GIVEN_UP_MS = 5_000
"""A sender to a cluster does not wait for a broker that stands still."""


class Scene:
    """What a disturbance may touch."""

    def __init__(  # noqa: PLR0913, PLR0917  (everything that a run is played with)
        self,
        stack: Stack,
        seed: int,
        folder: Path,
        clock: ClockMode,
        session_seconds: float = SHIPPED_SESSION_SECONDS,
        code: Path = ROOT,
        limits: Mapping[str, float] | None = None,
        cluster: Cluster | None = None,
    ) -> None:
        """`limits` are the workers' (streams/limits.py); with a `cluster` its Kafka is used, not the stack's."""
        self.stack = stack
        self.cluster = cluster
        self.front: Front | None = None
        """Behind which the store lies for workers, where it does."""
        self.seed = seed
        self.chance = random.Random(seed)
        self.folder = folder
        self.settings = Settings(
            kafka=cluster.kafka if cluster else stack.kafka, redis=stack.redis, policy=write_policy(folder),
            clock=clock, prefix=f"c{uuid.uuid4().hex[:8]}-", session_seconds=session_seconds,
        )  # fmt: skip
        self.topic = topic_name(self.settings.prefix, OFFENCES)
        self.keys = Keys(self.settings.prefix, self.settings.board)
        environment = worker_environment(self._environment() | {LIMITS_VARIABLE: json.dumps(dict(limits or {}))})
        self.crew = Crew(code, folder, environment, session_seconds * STOPPED_SESSIONS)
        self.rest: deque[Sent] = deque()
        """What of the stream is not sent yet."""
        self.sent: list[Sent] = []
        self.strangers: set[tuple[Topic, int]] = set()
        """Where somebody else has written: topic and offset."""
        self.published = 0
        """The last entry of a journal that somebody has deleted."""
        self.verdict = Verdict()
        self.disturbed_at: float | None = None
        self.last_end_at: datetime | None = None
        self.token = folder / "token"
        self.options: dict[str, object] = {"request_timeout_ms": _GIVEN_UP_MS} if cluster else {}
        self.habits: list[Callable[[], None]] = []
        self.pause_seconds = PAUSE_SECONDS
        create_topics(self.settings, PARTITIONS)

    def _environment(self) -> dict[str, str]:
        settings = self.settings
        return {
            "HARMWATCH_KAFKA": settings.kafka,
            "HARMWATCH_REDIS": settings.redis,
            "HARMWATCH_POLICY": str(settings.policy),
            "HARMWATCH_CLOCK": settings.clock,
            "HARMWATCH_PREFIX": settings.prefix,
            "HARMWATCH_SESSION_SECONDS": str(settings.session_seconds),
        }

    @cached_property
    def sender(self) -> KafkaProducer:
        """The sender of the stream; it may not be waited for while Kafka is away."""
        return self.producer()

    def send_rest(self, count: int) -> None:
        """The next `count` records of the stream, or as many as are left."""
        for record in [self.rest.popleft() for _ in range(min(count, len(self.rest)))]:
            self.send(self.sender, record)

    def send(self, producer: KafkaProducer, record: Sent) -> None:
        """A record that is judged at the end."""
        producer.send(self.topic, key=record.key, value=record.value, partition=record.partition)
        self.sent.append(record)

    def producer(self, **options: object) -> KafkaProducer:
        """A producer of the stream."""
        return KafkaProducer(bootstrap_servers=self.settings.brokers, acks="all", **{**self.options, **options})

    def position(self) -> Position | None:
        """Where the board stands; None while the store does not answer."""
        try:
            store = open_store(self.settings)
            try:
                return store.position()
            finally:
                store.close()
        except HarmwatchError:
            return None

    def await_open(self) -> None:
        """Returns once a relay has opened the board."""
        self.await_that(lambda: (position := self.position()) is not None and position.generation is not None)

    def await_that(self, holds: Callable[[], bool], patience_seconds: float = PATIENCE_SECONDS) -> bool:
        """Looks after the crew until something holds; False when it does not in time."""
        until = time.monotonic() + patience_seconds
        while not holds():
            if time.monotonic() > until:
                return False
            self.tend()
            time.sleep(_LOOK_SECONDS)
        return True

    def tend(self) -> None:
        """Looks after the crew, and does what a disturbance goes on doing."""
        self.crew.tend()
        for habit in list(self.habits):
            habit()

    def ends(self) -> dict[int, int] | None:
        """The last stable offsets of offences.v1; None while Kafka does not answer."""
        with suppress(Exception), ExitStack() as closing:
            reader = KafkaConsumer(bootstrap_servers=self.settings.brokers, isolation_level="read_committed")
            closing.callback(reader.close)
            places = [TopicPartition(self.topic, number) for number in range(PARTITIONS)]
            return {place.partition: end for place, end in reader.end_offsets(places).items()}
        return None

    def is_idle(self, ends: dict[int, int]) -> bool:
        """Everything is applied and published."""
        position = self.position()
        return (
            position is not None
            and position.generation is not None
            and position.outbox == 0
            and all(position.ledger.get(number, 0) == end for number, end in ends.items())
        )

    def committed_ahead(self) -> dict[int, tuple[int, int]]:
        """Partitions whose committed offset lies beyond the ledger: (committed, ledger)."""
        group = KafkaConsumer(
            bootstrap_servers=self.settings.brokers, group_id=f"{self.settings.prefix}harmwatch-{self.settings.board}"
        )
        try:
            told = {number: group.committed(TopicPartition(self.topic, number)) or 0 for number in range(PARTITIONS)}
        finally:
            group.close()
        position = self.position()
        ledger = position.ledger if position else {}
        return {number: (at, ledger.get(number, 0)) for number, at in told.items() if at > ledger.get(number, 0)}

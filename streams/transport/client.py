"""Kafka's client of a worker: how it is set up, and what of its habits must not decide here."""

import contextlib
from dataclasses import dataclass
from uuid import UUID

import aiokafka
from aiokafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
from aiokafka.errors import KafkaError, OffsetOutOfRangeError
from aiokafka.protocol.commit import OffsetCommitRequest
from aiokafka.protocol.group import JoinGroupRequest
from faust.types.settings import Settings

from broker.security import Brokers
from models.errors import PreconditionFailed
from runtime.topic_identity import TopicIdentity
from streams.limits import Limits
from streams.transport.any_node import AnyNode
from streams.transport.any_records import fetch_any_records
from streams.transport.credentials import client_options, log_in_afresh
from streams.transport.fetch_by_id import fetch_by_id
from streams.transport.lean_records import fetch_lean_records
from streams.transport.metadata_throttle import throttle_metadata_refresh

RUN_RECORDS = 1_000
REQUEST_MILLISECONDS = 15_000
"""A broker that stands still is given up by then, whatever waits for it; another one may lead long since."""

METADATA_MILLISECONDS = 5_000
"""Partitions that are added are taken up by then."""


@dataclass(frozen=True, slots=True)
class Member:
    """As what a group knows a worker; the client forgets both when it leaves, or hears that it is out."""

    id: str
    generation: int

    @property
    def is_known(self) -> bool:
        """Whether the client takes itself for a member."""
        return self.id != JoinGroupRequest.UNKNOWN_MEMBER_ID and self.generation > 0


def member_of(client: aiokafka.AIOKafkaConsumer | None) -> Member:
    """Of a client that may not have begun yet."""
    coordinator = getattr(client, "_coordinator", None)
    if coordinator is None:
        return Member(JoinGroupRequest.UNKNOWN_MEMBER_ID, OffsetCommitRequest.DEFAULT_GENERATION_ID)
    return Member(coordinator.member_id, coordinator.generation)


def make_client(conf: Settings, brokers: Brokers, place: TopicIdentity, limits: Limits) -> aiokafka.AIOKafkaConsumer:
    """A consumer that never leaves its group of its own accord: whether it is deaf, the watchdog judges.

    It fetches from the topic at `place`, and from no other that bears its name.
    """
    fetch_lean_records()
    fetch_any_records()
    client = aiokafka.AIOKafkaConsumer(
        client_id=conf.broker_client_id,
        group_id=conf.id,
        **client_options(brokers),
        partition_assignment_strategy=[RoundRobinPartitionAssignor],
        enable_auto_commit=False,
        auto_offset_reset="none",
        isolation_level="read_committed",
        max_poll_records=RUN_RECORDS,
        max_poll_interval_ms=limits.poll_interval_seconds * 1_000,
        max_partition_fetch_bytes=4 * 1024 * 1024,
        fetch_max_wait_ms=500,
        metadata_max_age_ms=METADATA_MILLISECONDS,
        session_timeout_ms=int(conf.broker_session_timeout * 1000),
        heartbeat_interval_ms=int(conf.broker_heartbeat_interval * 1000),
        rebalance_timeout_ms=int(conf.broker_rebalance_timeout * 1000),
        request_timeout_ms=REQUEST_MILLISECONDS,
    )
    AnyNode(client._client)
    throttle_metadata_refresh(client._client)
    log_in_afresh(client._client, brokers)
    fetch_by_id(client._client, place.topic, UUID(place.topic_id))
    _never_idle(client)
    return client


def _never_idle(client: aiokafka.AIOKafkaConsumer) -> None:
    """The client counts the fetches under way, and is idle where there is none: one is, for as long as it lives.

    A worker that stands by, or waits for the store, fetches nothing; Faust does not even ask without an assignment.
    """
    client._subscription._fetch_count += 1


def ask_again(client: aiokafka.AIOKafkaConsumer) -> None:
    """What the group has refused is asked for again: the client waits until somebody has heard of the refusal."""
    with contextlib.suppress(KafkaError):
        client._coordinator.check_errors()


def records_gone(error: OffsetOutOfRangeError) -> PreconditionFailed:
    """Why a worker ends that is to go on where nothing is any more."""
    places = ", ".join(f"{tp.topic} partition {tp.partition} offset {offset}" for tp, offset in error.args[0].items())
    return PreconditionFailed(
        f"the board goes on at {places}, which is not there: the topic was recreated, or records are gone. Bring "
        "them back, or use another HARMWATCH_PREFIX for a new board."
    )

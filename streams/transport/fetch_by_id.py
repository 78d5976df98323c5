"""Records are fetched by the topic's id, not by its name: a recreated topic gives none.

No id ever comes back, and the broker holds the one that is asked for against that of the log it reads. So whatever
was fetched lay on the topic for which the board stands, however late anybody hears that there is another one.
"""

import asyncio
from typing import Any
from uuid import UUID

from aiokafka.client import AIOKafkaClient
from aiokafka.errors import UnknownTopicOrPartitionError
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.fetch import FetchRequest, FetchResponse_v11
from aiokafka.protocol.types import (
    CompactArray,
    CompactBytes,
    CompactString,
    Int8,
    Int16,
    Int32,
    Int64,
    Schema,
    TaggedFields,
)

from streams.transport.topic_ids import Uuid

_OTHER_TOPIC = {100: "UNKNOWN_TOPIC_ID", 103: "INCONSISTENT_TOPIC_ID"}
_PAUSE_SECONDS = 0.1
"""Before the client hears of another topic: it asks again at once, until the watch has ended the worker."""


class _Fetched(Response):
    API_KEY = 1
    API_VERSION = 13
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        ("error_code", Int16),
        ("session_id", Int32),
        (
            "topics",
            CompactArray(
                ("topic_id", Uuid),
                (
                    "partitions",
                    CompactArray(
                        ("partition", Int32),
                        ("error_code", Int16),
                        ("highwater_offset", Int64),
                        ("last_stable_offset", Int64),
                        ("log_start_offset", Int64),
                        (
                            "aborted_transactions",
                            CompactArray(("producer_id", Int64), ("first_offset", Int64), ("tags", TaggedFields)),
                        ),
                        ("preferred_read_replica", Int32),
                        ("message_set", CompactBytes),
                        ("tags", TaggedFields),
                    ),
                ),
                ("tags", TaggedFields),
            ),
        ),
        ("tags", TaggedFields),
    )
    topics: list[tuple[UUID, list[tuple[Any, ...]], object]]


class _Fetch(RequestStruct):
    FLEXIBLE_VERSION = True
    API_KEY = 1
    API_VERSION = 13
    RESPONSE_TYPE = _Fetched
    SCHEMA = Schema(
        ("replica_id", Int32),
        ("max_wait_time", Int32),
        ("min_bytes", Int32),
        ("max_bytes", Int32),
        ("isolation_level", Int8),
        ("session_id", Int32),
        ("session_epoch", Int32),
        (
            "topics",
            CompactArray(
                ("topic_id", Uuid),
                (
                    "partitions",
                    CompactArray(
                        ("partition", Int32),
                        ("current_leader_epoch", Int32),
                        ("fetch_offset", Int64),
                        ("last_fetched_epoch", Int32),
                        ("log_start_offset", Int64),
                        ("max_bytes", Int32),
                        ("tags", TaggedFields),
                    ),
                ),
                ("tags", TaggedFields),
            ),
        ),
        (
            "forgotten_topics_data",
            CompactArray(("topic_id", Uuid), ("partitions", CompactArray(Int32)), ("tags", TaggedFields)),
        ),
        ("rack_id", CompactString("utf-8")),
        ("tags", TaggedFields),
    )


class _FetchById(Request[_Fetch]):
    API_KEY = 1

    def __init__(self, asked: FetchRequest, topic_id: UUID) -> None:
        self._asked = asked
        self._topic_id = topic_id

    def build(self, request_struct_class: type[_Fetch]) -> _Fetch:
        asked, nothing = self._asked, dict[int, bytes]()
        partitions = [
            (partition, -1, offset, -1, -1, max_bytes, nothing)
            for _, places in asked.topics
            for partition, offset, max_bytes in places
        ]
        return request_struct_class(
            -1, asked._max_wait_ms, asked._min_bytes, asked._max_bytes, asked._isolation_level, 0, -1,
            [(self._topic_id, partitions, nothing)], [], "", nothing,
        )  # fmt: skip


def fetch_by_id(client: AIOKafkaClient, topic: str, topic_id: UUID) -> None:
    """From here on the client fetches from `topic`, and from no other, while its id is this one."""
    send = client.send

    async def send_by_id(node_id: int, request: object, **where: Any) -> Any:  # Any: aiokafka's, and untyped
        if not isinstance(request, FetchRequest):
            return await send(node_id, request, **where)
        fetched: _Fetched = await send(node_id, _FetchById(request, topic_id), **where)
        partitions = [_as_named(*found) for _, found_of_topic, _ in fetched.topics for found in found_of_topic]
        if any(error == UnknownTopicOrPartitionError.errno for _, error, *_ in partitions):
            await asyncio.sleep(_PAUSE_SECONDS)
        return FetchResponse_v11(0, fetched.error_code, fetched.session_id, [(topic, partitions)])

    client.send = send_by_id


def _as_named(partition: int, error: int, *rest: Any) -> tuple[Any, ...]:
    """What an answer holds of a partition, as the client knows it of fetches by name."""
    highwater, stable, start, aborted, replica, records, _ = rest
    error = UnknownTopicOrPartitionError.errno if error in _OTHER_TOPIC else error
    return partition, error, highwater, stable, start, [place[:2] for place in aborted or []], replica, records or b""

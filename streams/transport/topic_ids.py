"""Which topics there are, by ids that never come back: what Kafka tells of them in its metadata."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from aiokafka.client import AIOKafkaClient
from aiokafka.errors import NoError, for_code
from aiokafka.protocol.abstract import AbstractType
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import (
    Boolean,
    CompactArray,
    CompactString,
    Int16,
    Int32,
    Schema,
    TaggedFields,
)

from streams.transport.any_node import AnyNode

_BY_NAME = UUID(int=0)


class Uuid(AbstractType[UUID]):
    """Sixteen bytes."""

    @classmethod
    def encode(cls, value: UUID) -> bytes:
        """As they stand in a request."""
        return value.bytes

    @classmethod
    def decode(cls, data: Any) -> UUID:
        """The next ones of an answer."""
        return UUID(bytes=data.read(16))


class _Described(Response):
    API_KEY = 3
    API_VERSION = 12
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "brokers",
            CompactArray(
                ("node_id", Int32), ("host", CompactString()), ("port", Int32), ("rack", CompactString()),
                ("tags", TaggedFields),
            ),
        ),
        ("cluster_id", CompactString()),
        ("controller_id", Int32),
        (
            "topics",
            CompactArray(
                ("error_code", Int16), ("topic", CompactString()), ("topic_id", Uuid), ("is_internal", Boolean),
                (
                    "partitions",
                    CompactArray(
                        ("error_code", Int16), ("partition", Int32), ("leader", Int32), ("leader_epoch", Int32),
                        ("replicas", CompactArray(Int32)), ("isr", CompactArray(Int32)),
                        ("offline_replicas", CompactArray(Int32)), ("tags", TaggedFields),
                    ),
                ),
                ("authorized_operations", Int32), ("tags", TaggedFields),
            ),
        ),
        ("tags", TaggedFields),
    )  # fmt: skip
    topics: list[tuple[Any, ...]]


class _Ask(RequestStruct):
    FLEXIBLE_VERSION = True
    API_KEY = 3
    API_VERSION = 12
    RESPONSE_TYPE = _Described
    SCHEMA = Schema(
        ("topics", CompactArray(("topic_id", Uuid), ("topic", CompactString()), ("tags", TaggedFields))),
        ("allow_auto_topic_creation", Boolean),
        ("include_topic_authorized_operations", Boolean),
        ("tags", TaggedFields),
    )


class _Topics(Request[_Ask]):
    API_KEY = 3

    def __init__(self, asked: list[tuple[UUID, str | None]]) -> None:
        self._asked = asked

    def build(self, request_struct_class: type[_Ask]) -> _Ask:
        nothing = dict[int, bytes]()
        return request_struct_class([(*each, nothing) for each in self._asked], False, False, nothing)


async def find_topic_ids(any_node: AnyNode, topics: Collection[str]) -> Mapping[str, UUID]:
    """By name, as one of the brokers knows them. Raises the client's errors, also where there is no such topic."""
    described: _Described = await any_node.ask(_Topics([(_BY_NAME, topic) for topic in topics]))
    for error_code, topic, *_ in described.topics:
        if (error := for_code(error_code)) is not NoError:
            raise error(topic)
    return {topic: topic_id for _, topic, topic_id, *_ in described.topics}


async def known_topic_ids(client: AIOKafkaClient, node: int, topic_ids: Collection[UUID]) -> Collection[UUID]:
    """Those of which a node knows that there is such a topic. Raises the client's errors."""
    described: _Described = await client.send(node, _Topics([(topic_id, None) for topic_id in topic_ids]))
    return {topic_id for error_code, _, topic_id, *_ in described.topics if error_code == NoError.errno}

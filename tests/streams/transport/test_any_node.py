"""A broker that accepts and never answers, as one that stands still does, holds nobody up while there is another."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress

import pytest
from aiokafka.client import AIOKafkaClient, ConnectionGroup, CoordinationType
from aiokafka.errors import GroupCoordinatorNotAvailableError
from aiokafka.structs import BrokerMetadata

from models.topics import OFFENCES, topic_name
from runtime.settings import Settings
from streams.transport.any_node import PATIENCE_SECONDS, AnyNode

pytestmark = pytest.mark.stack
REQUEST_SECONDS = 30.0
MANY = 10
SILENT = 99


@pytest.fixture
def silent() -> Iterator[int]:
    """The port of one: the system accepts in its place, and nobody reads."""
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        yield nobody.getsockname()[1]


@asynccontextmanager
async def client_of(addresses: Sequence[str]) -> AsyncIterator[AIOKafkaClient]:
    client = AIOKafkaClient(bootstrap_servers=list(addresses), request_timeout_ms=REQUEST_SECONDS * 1_000)
    AnyNode(client)
    await client.bootstrap()
    try:
        yield client
    finally:
        await client.close()


def add(client: AIOKafkaClient, port: int) -> None:
    """The client knows of the silent one, as of a broker that has stopped since."""
    client.cluster._brokers[SILENT] = BrokerMetadata(SILENT, "127.0.0.1", port, None)


def test_many_begin_where_one_of_the_addresses_is_silent(settings: Settings, silent: int) -> None:
    async def begin() -> None:
        async with client_of([f"127.0.0.1:{silent}", *settings.brokers]) as client:
            assert client.cluster.brokers()
            assert client._request_timeout_ms == REQUEST_SECONDS * 1_000  # the haste was for the beginning alone

    async def many() -> float:
        clock = asyncio.get_running_loop().time
        began_at = clock()
        await asyncio.gather(*(begin() for _ in range(MANY)))
        return clock() - began_at

    assert asyncio.run(many()) < REQUEST_SECONDS / 2


def test_the_silent_one_is_asked_once_and_then_last(settings: Settings, silent: int) -> None:
    topic = topic_name(settings.prefix, OFFENCES)

    async def ask_again_and_again() -> float:
        async with client_of(settings.brokers) as client:
            clock = asyncio.get_running_loop().time
            began_at = clock()
            for _ in range(MANY):
                add(client, silent)
                assert await client._metadata_update(client.cluster, {topic})
                assert client.cluster.partitions_for_topic(topic) == {0, 1}
                add(client, silent)
                with suppress(GroupCoordinatorNotAvailableError):  # answered, all the same
                    await client.coordinator_lookup(CoordinationType.GROUP, "group")
                assert client.get_random_node() is not None
            return clock() - began_at

    assert asyncio.run(ask_again_and_again()) < MANY / 2 * PATIENCE_SECONDS  # of them, it comes first in about half


def test_who_connects_to_the_silent_one_keeps_nobody_from_another(settings: Settings, silent: int) -> None:
    async def connect() -> bool:
        async with client_of(settings.brokers) as client, asyncio.timeout(REQUEST_SECONDS / 2):
            add(client, silent)
            in_vain = asyncio.ensure_future(client.ready(SILENT, group=ConnectionGroup.COORDINATION))
            await asyncio.sleep(0.1)
            other = next(node for node in client.cluster._brokers if node != SILENT)
            is_ready = await client.ready(other, group=ConnectionGroup.COORDINATION)
            assert not in_vain.done()
            in_vain.cancel()
            return bool(is_ready)

    assert asyncio.run(connect())

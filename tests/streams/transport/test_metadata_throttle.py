"""Patience: a partition without a leader is asked for now and then, not all the time."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from broker.clients import admin
from models.topics import OFFENCES, topic_name
from runtime.settings import Settings
from runtime.topic_creation import create_topics
from streams.transport.metadata_throttle import PAUSE_SECONDS, throttle_metadata_refresh

pytestmark = pytest.mark.stack
WATCHED_SECONDS = 1.0


@asynccontextmanager
async def consumer_of(brokers: Sequence[str], topic: str) -> AsyncIterator[tuple[AIOKafkaConsumer, list[None]]]:
    """One that counts its questions where they are really asked."""
    consumer, asked = AIOKafkaConsumer(bootstrap_servers=list(brokers), auto_offset_reset="earliest"), list[None]()
    ask = consumer._client._metadata_update

    async def count(*arguments: object) -> object:
        asked.append(None)
        return await ask(*arguments)

    consumer._client._metadata_update = count
    throttle_metadata_refresh(consumer._client)
    await consumer.start()
    consumer.assign([TopicPartition(topic, 0)])
    try:
        yield consumer, asked
    finally:
        await consumer.stop()


def test_a_topic_without_a_leader_is_not_asked_for_all_the_time(stack_environment: dict[str, str]) -> None:
    settings = Settings(kafka=stack_environment["HARMWATCH_KAFKA"], prefix=f"t{uuid.uuid4().hex[:8]}-")
    create_topics(settings, 1)
    topic = topic_name(settings.prefix, OFFENCES)

    async def watch() -> tuple[int, float]:
        async with consumer_of(settings.brokers, topic) as (consumer, asked):
            await consumer.getmany(timeout_ms=100)
            client = admin(settings.brokers)
            client.delete_topics([topic])
            client.close()
            await consumer._client.force_metadata_update()  # now it knows
            clock = asyncio.get_running_loop().time
            before, began_at = len(asked), clock()
            while clock() < began_at + WATCHED_SECONDS or len(asked) < before + 2:
                await consumer.getmany(timeout_ms=100)
            return len(asked) - before, clock() - began_at

    questions, seconds = asyncio.run(watch())
    assert questions <= seconds / PAUSE_SECONDS + 2

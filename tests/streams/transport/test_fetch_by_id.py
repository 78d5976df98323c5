"""Fetching by id: what lies on a topic of the same name that was recreated is nobody's to apply."""

import asyncio
import uuid
from contextlib import closing

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from kafka import KafkaProducer

from models.topics import OFFENCES, topic_name
from runtime.settings import Settings
from runtime.topic_identity import find_place
from streams.transport.fetch_by_id import fetch_by_id
from tests.streams.topics import recreate

pytestmark = pytest.mark.stack
LONGEST_SECONDS = 90
WATCHED_SECONDS = 2.0


def send(settings: Settings, of: bytes, records: int) -> None:
    """So many on each partition."""
    with closing(KafkaProducer(bootstrap_servers=settings.brokers)) as sender:
        for number in range(2 * records):
            sender.send(topic_name(settings.prefix, OFFENCES), value=of, partition=number % 2)


async def fetch(consumer: AIOKafkaConsumer, count: int, seconds: float) -> list[bytes]:
    """What comes, until it is so many or the time is over."""
    values: list[bytes] = []
    until = asyncio.get_running_loop().time() + seconds
    while len(values) < count and asyncio.get_running_loop().time() < until:
        for records in (await consumer.getmany(timeout_ms=100)).values():
            values += [record.value for record in records]
    return values


def test_nothing_is_fetched_of_a_topic_that_was_recreated_and_holds_more(settings: Settings) -> None:
    async def before_and_after() -> tuple[list[bytes], list[bytes], list[bytes]]:
        place = find_place(settings)
        places = [TopicPartition(place.topic, number) for number in (0, 1)]
        async with asyncio.timeout(LONGEST_SECONDS):
            consumer = AIOKafkaConsumer(bootstrap_servers=settings.brokers, auto_offset_reset="none")
            fetch_by_id(consumer._client, place.topic, uuid.UUID(place.topic_id))
            await consumer.start()
            try:
                consumer.assign(places)
                for each in places:
                    consumer.seek(each, 0)
                first = await fetch(consumer, 20, LONGEST_SECONDS)
                await asyncio.to_thread(recreate, settings, place.topic)
                await asyncio.to_thread(send, settings, b"of another", 100)
                later = await fetch(consumer, 1, WATCHED_SECONDS)
                fetch_by_id(consumer._client, place.topic, uuid.UUID(find_place(settings).topic_id))
                return first, later, await fetch(consumer, 180, LONGEST_SECONDS)
            finally:
                await consumer.stop()

    send(settings, b"ours", 10)
    assert asyncio.run(before_and_after()) == ([b"ours"] * 20, [], [b"of another"] * 180)

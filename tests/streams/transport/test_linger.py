"""Small runs keep their distance; large ones need not."""

import asyncio
import time

from aiokafka import AIOKafkaConsumer, TopicPartition

from streams.transport.linger import FEW_RECORDS, LINGER_SECONDS, FetchLinger


def test_only_a_small_run_is_followed_by_a_lull() -> None:
    async def pauses() -> list[set[TopicPartition]]:
        consumer, linger, seen = AIOKafkaConsumer(), FetchLinger(), []
        consumer.assign(places)
        for records in (FEW_RECORDS - 1, FEW_RECORDS):
            linger.begin(consumer, records)
            seen.append(consumer.paused())
            began_at = time.monotonic()
            await linger.linger(consumer)
            assert records >= FEW_RECORDS or time.monotonic() - began_at > LINGER_SECONDS / 2
            seen.append(consumer.paused())
        await consumer.stop()
        return seen

    places = [TopicPartition("offences.v1", number) for number in range(3)]
    assert asyncio.run(pauses()) == [set(places), set(), set(), set()]

"""The floor: aiokafka reads, and nothing is done."""

import asyncio

from aiokafka import AIOKafkaConsumer
from lap import BROKERS, TOPIC, Lap


async def read() -> None:
    lap = Lap()
    consumer = AIOKafkaConsumer(TOPIC, bootstrap_servers=BROKERS, auto_offset_reset="earliest", group_id=None)
    await consumer.start()
    while True:
        for records in (await consumer.getmany(timeout_ms=1_000, max_records=1_000)).values():
            if lap.count(len(records)):
                lap.finish()


asyncio.run(read())

"""A hand-written consumer: aiokafka, and one pipelined ZINCRBY per record; at most once, never falls."""

import asyncio
import json

import redis.asyncio
from aiokafka import AIOKafkaConsumer
from lap import BROKERS, REDIS, TOPIC, Lap, harm_of

KEY = "bench:zincrby"


async def read() -> None:
    lap, store = Lap(), redis.asyncio.Redis.from_url(REDIS)
    await store.delete(KEY)
    consumer = AIOKafkaConsumer(TOPIC, bootstrap_servers=BROKERS, auto_offset_reset="earliest", group_id=None)
    await consumer.start()
    while True:
        for records in (await consumer.getmany(timeout_ms=1_000, max_records=1_000)).values():
            pipeline = store.pipeline(transaction=False)
            for record in records:
                report = json.loads(record.value)
                pipeline.zincrby(KEY, harm_of(report), report["offender_id"])
            await pipeline.execute()
            if lap.count(len(records)):
                # Enough of the ranking to settle ties by id as everybody else does.
                found = await store.zrevrange(KEY, 0, 999, withscores=True)
                lap.finish({name.decode(): int(score) for name, score in found})


asyncio.run(read())

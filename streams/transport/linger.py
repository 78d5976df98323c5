"""Linger: after a small run the client waits a few milliseconds before it fetches, so that records gather to one run.

A run costs worker, store and broker about the same whether it holds one record or many. Without the pause the client
is answered at the first record: at a thousand records a second most runs held one or two, and an alert waited longer
for a processor than it now waits for the linger to end.
"""

import asyncio

from aiokafka import AIOKafkaConsumer

LINGER_SECONDS = 0.004
FEW_RECORDS = 100
"""A run from here on is worth its cost, and is followed by the next at once."""


class FetchLinger:
    """Of one consumer, in whose loop it is used; Faust itself never pauses the client."""

    def __init__(self) -> None:
        self._ends_at = 0.0

    def begin(self, consumer: AIOKafkaConsumer, records: int) -> None:
        """Keeps the client from asking for more, after so many records."""
        if records < FEW_RECORDS:
            consumer.pause(*consumer.assignment())
            self._ends_at = asyncio.get_running_loop().time() + LINGER_SECONDS

    async def linger(self, consumer: AIOKafkaConsumer) -> None:
        """Waits for its end, and lets the client ask again."""
        await asyncio.sleep(self._ends_at - asyncio.get_running_loop().time())
        consumer.resume(*consumer.paused())

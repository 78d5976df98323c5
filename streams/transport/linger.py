"""After a small run, no other for a few milliseconds: a run costs worker, store and broker as much as many records.

The client asks for more as soon as it has handed over what it had, and is answered at the first record. At a thousand
records a second most runs were of one or two, and took the processors from each other: an alert waited longer for its
turn than it waits for a lull to end.
"""

import asyncio

from aiokafka import AIOKafkaConsumer

LULL_SECONDS = 0.004
FEW_RECORDS = 100
"""A run from here on is worth its cost, and is followed by the next at once."""


class Lull:
    """Of one consumer, in whose loop it is used; Faust itself never pauses the client."""

    def __init__(self) -> None:
        self._ends_at = 0.0

    def begin(self, consumer: AIOKafkaConsumer, records: int) -> None:
        """Keeps the client from asking for more, after so many records."""
        if records < FEW_RECORDS:
            consumer.pause(*consumer.assignment())
            self._ends_at = asyncio.get_running_loop().time() + LULL_SECONDS

    async def sit_out(self, consumer: AIOKafkaConsumer) -> None:
        """Waits for the end of the lull, and lets the client ask again."""
        await asyncio.sleep(self._ends_at - asyncio.get_running_loop().time())
        consumer.resume(*consumer.paused())

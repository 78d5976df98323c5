"""Records of several topics, all or nothing: the client that aiokafka gives, in the thread of whoever publishes.

Everything happens in that one thread, and only while one of these calls lasts: nothing has to be handed to a thread of
the client's and waited for there, and each such exchange costs an alert a millisecond where the processors are busy.
"""

import asyncio
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from aiokafka.producer import sender
from aiokafka.producer.message_accumulator import BatchBuilder

from models.errors import Unavailable
from runtime.crash_points import Point, reach
from runtime.kafka import OUTCOME_SECONDS
from streams.patience import ask_with_pauses

_TRANSACTION_TIMEOUT_MILLISECONDS = 10_000
_BACKOFF_SECONDS = 0.002
_GOODBYE_SECONDS = 1.0
_BATCH_BYTES = 256 * 1024
_PARTITION = 0

Headers = list[tuple[str, bytes]]


class Transactions:
    """One transaction after the other under `transactional_id`; every method raises Unavailable.

    `send` puts records into the transaction in hand, `commit` writes it. Where that fails nothing is known of the
    outcome, and nothing more can be sent.
    """

    def __init__(self, brokers: Sequence[str], transactional_id: str) -> None:
        # The broker may still be closing the transaction before: the client asks again after so long, not after 20 ms.
        sender.BACKOFF_OVERRIDE = _BACKOFF_SECONDS
        self._filling: dict[str, list[BatchBuilder]] = {}
        self._runner = asyncio.Runner()
        self._producer: AIOKafkaProducer = self._runner.run(_make_producer(brokers, transactional_id))

    def fence(self) -> None:
        """From here on nobody else publishes under this id, and what they had committed can be read."""
        self._run(self._producer.start())

    def send(self, topic: str, key: bytes | None, value: bytes | None, headers: Headers) -> None:
        """Puts a record of the topic's only partition into the transaction in hand."""
        batches = self._filling.setdefault(topic, [])
        if not batches or batches[-1].append(timestamp=None, key=key, value=value, headers=headers) is None:
            batches.append(self._producer.create_batch())
            batches[-1].append(timestamp=None, key=key, value=value, headers=headers)

    def commit(self) -> None:
        """Writes what was sent since the last time, and makes it visible at once."""
        self._run(self._commit())

    def close(self) -> None:
        """Ends the connections; a transaction that is not committed is none."""
        try:
            self._run(self._close())
        finally:
            self._runner.close()

    async def _commit(self) -> None:
        filling, self._filling = self._filling, {}
        await self._producer.begin_transaction()
        reach(Point.BEGUN)
        sent = [
            await self._producer.send_batch(batch, topic, partition=_PARTITION)
            for topic, batches in filling.items()
            for batch in batches
        ]
        await asyncio.gather(*sent)  # the client would commit without those that were refused
        reach(Point.SENT)
        await self._producer.commit_transaction()

    async def _close(self) -> None:
        try:
            await asyncio.wait_for(self._producer.stop(), _GOODBYE_SECONDS)
        except TimeoutError:
            await self._producer.client.close()  # what was sent, and waited for, may never be written

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        with _kafka_errors():
            self._runner.run(asyncio.wait_for(work, OUTCOME_SECONDS))


async def _make_producer(brokers: Sequence[str], transactional_id: str) -> AIOKafkaProducer:
    producer = AIOKafkaProducer(
        bootstrap_servers=list(brokers), acks="all", transactional_id=transactional_id,
        transaction_timeout_ms=_TRANSACTION_TIMEOUT_MILLISECONDS, compression_type="zstd", max_batch_size=_BATCH_BYTES,
    )  # fmt: skip
    ask_with_pauses(producer.client)
    return producer


@contextmanager
def _kafka_errors() -> Iterator[None]:
    try:
        yield
    except TimeoutError as error:
        raise Unavailable(f"Kafka has not answered for {OUTCOME_SECONDS:.0f} s") from error
    except (KafkaError, OSError) as error:
        raise Unavailable(f"Kafka: {str(error) or type(error).__name__}") from error

"""Whole files into a topic: one batch is filled while the ones before it are on their way."""

import asyncio
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from aiokafka.partitioner import DefaultPartitioner
from aiokafka.producer.message_accumulator import BatchBuilder

from runtime.refusals import as_unavailable

_BATCH_BYTES = 256 * 1024
_PERSONS_REMEMBERED = 100_000


class Sender:
    """Sends records in their order within a partition, which is chosen by the key as every client of Kafka does.

    Nothing is on its way for ever: `flush` says when all of it lies on the topic. Every method raises Unavailable
    where Kafka does not take what was given; then nothing more can be sent.
    """

    def __init__(self, brokers: Sequence[str], topic: str, partitions: int) -> None:
        self._brokers = brokers
        self._topic = topic
        choose, numbers = DefaultPartitioner(), list(range(partitions))
        self._partition_of = lru_cache(_PERSONS_REMEMBERED)(lambda key: choose(key, numbers, numbers))
        self._filling: dict[int, BatchBuilder] = {}
        self._failure: BaseException | None = None
        self._runner = asyncio.Runner()
        self._producer = self._run(self._start())

    def send(self, key: bytes | None, value: bytes) -> None:
        """Puts a record into its batch; waits where the batch is full and the one before it still on its way."""
        partition = self._partition_of(key)
        batch = self._filling.get(partition)
        if batch is None or batch.append(timestamp=None, key=key, value=value) is None:
            if batch is not None:
                self._run(self._hand_over(partition))
            batch = self._filling[partition] = self._producer.create_batch()
            batch.append(timestamp=None, key=key, value=value)

    def flush(self) -> None:
        """Returns once everything lies on the topic."""
        self._run(self._flush())

    def close(self) -> None:
        """Ends the connection; what was not flushed may be lost."""
        try:
            self._run(self._producer.stop())
        finally:
            self._runner.close()

    async def _start(self) -> AIOKafkaProducer:
        producer = AIOKafkaProducer(
            bootstrap_servers=list(self._brokers), acks="all", enable_idempotence=True, compression_type="zstd",
            max_batch_size=_BATCH_BYTES,
        )  # fmt: skip
        try:
            await producer.start()
        except BaseException:
            await producer.stop()  # what had begun of it
            raise
        return producer

    async def _hand_over(self, partition: int) -> None:
        batch = self._filling.pop(partition)
        outcome = await self._producer.send_batch(batch, self._topic, partition=partition)
        outcome.add_done_callback(self._note)

    async def _flush(self) -> None:
        for partition in list(self._filling):
            await self._hand_over(partition)
        await self._producer.flush()
        await asyncio.sleep(0)  # the callbacks of what has just come back

    def _note(self, outcome: "asyncio.Future[object]") -> None:
        self._failure = self._failure or outcome.exception()

    def _run(self, work: Coroutine[Any, Any, Any]) -> Any:  # Any: what the work answers
        with self._errors():
            answer = self._runner.run(work)
            if self._failure is not None:
                raise self._failure
        return answer

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except (KafkaError, OSError) as error:
            where = ", ".join(self._brokers)
            raise as_unavailable(error, f"Kafka at {where} does not take it (HARMWATCH_KAFKA)") from error

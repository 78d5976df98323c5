"""Whole files into a topic: one batch is filled while the ones before it are on their way."""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from aiokafka.partitioner import DefaultPartitioner
from aiokafka.producer.message_accumulator import BatchBuilder

from broker.clients import explain
from broker.security import Brokers
from streams.transport.any_node import AnyNode
from streams.transport.credentials import client_options, log_in_afresh

_BATCH_BYTES = 256 * 1024
_PERSONS_REMEMBERED = 100_000
PATIENCE_SECONDS = 60.0
"""Longer than an election, and than the request before it takes to be given up. The client itself tries for ever."""

_SHUTDOWN_TIMEOUT_SECONDS = 1.0


class Sender:
    """Sends records in their order within a partition, which is chosen by the key as every client of Kafka does.

    Nothing is on its way for ever: `flush` says when all of it lies on the topic. Every method raises Unavailable
    where Kafka does not take what was given, or takes nothing for `patience_seconds`; then nothing more can be sent.
    """

    def __init__(
        self, brokers: Brokers, topic: str, partitions: int, patience_seconds: float = PATIENCE_SECONDS
    ) -> None:
        self._brokers = brokers
        self._patience_seconds = patience_seconds
        self._taken = 0
        self._topic = topic
        choose, numbers = DefaultPartitioner(), list(range(partitions))
        self._partition_of = lru_cache(_PERSONS_REMEMBERED)(lambda key: choose(key, numbers, numbers))
        self._filling: dict[int, BatchBuilder] = {}
        self._failure: BaseException | None = None
        self._runner = asyncio.Runner()
        try:
            self._producer = self._run(self._start())
        except BaseException:
            self._runner.close()
            raise

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
        """Ends the connection; what was not flushed may be lost. A Kafka that does not answer is not waited for."""
        try:
            with suppress(KafkaError, OSError, TimeoutError):
                self._runner.run(asyncio.wait_for(self._producer.stop(), _SHUTDOWN_TIMEOUT_SECONDS))
        finally:
            self._runner.close()

    async def _start(self) -> AIOKafkaProducer:
        producer = AIOKafkaProducer(
            **client_options(self._brokers), acks="all", enable_idempotence=True, compression_type="zstd",
            max_batch_size=_BATCH_BYTES,
        )  # fmt: skip
        AnyNode(producer.client)
        log_in_afresh(producer.client, self._brokers)
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
        self._taken += 1

    def _run(self, work: Coroutine[Any, Any, Any]) -> Any:  # Any: what the work answers
        with self._errors():
            answer = self._runner.run(self._with_patience(work))
            if self._failure is not None:
                raise self._failure
        return answer

    async def _with_patience(self, work: Coroutine[Any, Any, Any]) -> Any:  # Any: what the work answers
        """What it answers, as long as Kafka goes on taking batches."""
        task = asyncio.ensure_future(work)
        while True:
            taken = self._taken
            done, _ = await asyncio.wait([task], timeout=self._patience_seconds)
            if done:
                return task.result()
            if self._taken == taken:
                task.cancel()
                await asyncio.wait([task], timeout=_SHUTDOWN_TIMEOUT_SECONDS)
                raise TimeoutError(f"nothing was taken for {self._patience_seconds:.0f} s")

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except (KafkaError, OSError) as error:
            raise explain(error, self._brokers, " does not take it") from error

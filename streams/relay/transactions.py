"""Records of several topics, all or nothing: the client that aiokafka gives, in the thread that publishes.

No exchange with Kafka is handed to another thread, and the client works only while one of these calls lasts: to wake a
thread of the client's, and to be woken by it, costs an alert a millisecond each time where the processors are busy.
"""

import asyncio
import logging
import time
from collections.abc import Collection, Coroutine, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import IllegalOperation, InvalidTxnState, KafkaError
from aiokafka.producer import sender as client_sender
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.structs import RecordMetadata

from broker.clients import OUTCOME_SECONDS, TRANSACTION_BACKOFF_MILLISECONDS, TRANSACTION_TIMEOUT_MILLISECONDS, explain
from broker.rights import why_not_written
from broker.security import Brokers
from models.errors import NotAllowed, PreconditionFailed, Unavailable
from runtime.crash_points import Point, reach
from runtime.events import Event, happened
from runtime.metrics.instruments import NO_INSTRUMENTS, Instruments
from runtime.topic_identity import topic_recreated
from streams.relay.same_topics import SameTopics
from streams.transport.any_node import AnyNode
from streams.transport.credentials import client_options, log_in_afresh
from streams.transport.metadata_throttle import throttle_metadata_refresh

_SHUTDOWN_TIMEOUT_SECONDS = 1.0
_BATCH_BYTES = 256 * 1024
_PARTITION = 0
log = logging.getLogger(__name__)

Headers = list[tuple[str, bytes]]


class Transactions:
    """One transaction after the other under `transactional_id`: `fence` once, then `add` records and `commit` them.

    `fence` and `commit` raise Unavailable where Kafka does not do what was asked for. Then nothing is known of the
    outcome until somebody has fenced again, and these transactions can only be closed. `commit` raises
    PreconditionFailed, and nothing was committed, where one of the `topics` is another one than at the fence.
    """

    def __init__(
        self,
        brokers: Brokers,
        transactional_id: str,
        topics: Collection[str],
        instruments: Instruments = NO_INSTRUMENTS,
    ) -> None:
        self._instruments = instruments
        # The broker may still be closing the transaction before: the client asks again after so long, not after 20 ms.
        client_sender.BACKOFF_OVERRIDE = TRANSACTION_BACKOFF_MILLISECONDS / 1_000
        self._brokers = brokers
        self._filling: dict[str, list[BatchBuilder]] = {}
        self._reached: dict[str, int] = {}
        self._topics: set[str] = set()
        self._runner = asyncio.Runner()
        try:
            with self._kafka_errors():
                self._producer = self._runner.run(_make_producer(brokers, transactional_id))
        except BaseException:
            self._runner.close()
            raise
        self._same_topics = SameTopics(AnyNode(self._producer.client), topics)
        throttle_metadata_refresh(self._producer.client)

    def fence(self) -> None:
        """From here on nobody else publishes under this id, and what they had committed is committed for good.

        What is committed from here on lies on the topics that are there now.
        It can be read unless somebody else's transaction is open before it (broker/open_transactions.py).
        """
        try:
            self._run(self._start())
        except AssertionError as error:  # the client takes it for granted that a broker is there by now
            raise Unavailable(f"{self._kafka}: no broker is there yet") from error

    def add(self, topic: str, key: bytes | None, value: bytes | None, headers: Headers) -> None:
        """Puts a record of the topic's only partition into the transaction in hand."""
        batches = self._filling.setdefault(topic, [])
        if not batches or batches[-1].append(timestamp=None, key=key, value=value, headers=headers) is None:
            batches.append(self._producer.create_batch())
            batches[-1].append(timestamp=None, key=key, value=value, headers=headers)

    def commit(self) -> None:
        """Writes what was added since the last time, and makes all of it visible together."""
        begun = time.monotonic()
        try:
            self._run(self._commit())
        except Exception:
            self._instruments.aborted()
            raise
        self._instruments.committed(time.monotonic() - begun)

    def close(self) -> None:
        """Ends the connections; a transaction that is not committed by then never will be. Raises nothing."""
        try:
            self._runner.run(self._close())
        finally:
            self._runner.close()

    async def _start(self) -> None:
        await self._producer.start()
        await self._same_topics.note()

    async def _commit(self) -> None:
        filling, self._filling = self._filling, {}
        self._topics |= set(filling)
        for topic in filling:
            await self._producer.partitions_for(topic)  # known from here on, so that nothing comes between the batches
        await self._producer.begin_transaction()
        reach(Point.BEGUN)
        sent = [
            await self._producer.send_batch(batch, topic, partition=_PARTITION)
            for topic, batches in filling.items()
            for batch in batches
        ]
        written = await asyncio.gather(*sent)  # the client would commit without those that were refused
        self._same_topics.refuse_others()
        self._refuse_another(written)
        reach(Point.SENT)
        await self._producer.commit_transaction()

    def _refuse_another(self, written: Sequence[RecordMetadata]) -> None:
        """Of a topic that has lost its end: it takes what goes on in it, and counts on from there."""
        for place in written:
            if place.offset < 0:  # sent twice, and where the first lies the broker does not know any more
                continue
            if place.offset <= self._reached.get(place.topic, -1):
                taken = self._reached[place.topic]
                raise PreconditionFailed(
                    topic_recreated(place.topic, f"or has lost its end: offset {taken} was taken already")
                )
            self._reached[place.topic] = place.offset

    async def _close(self) -> None:
        """What the client waits for may never come: then its connections are closed at least."""
        for end in (self._producer.stop, self._producer.client.close):
            with suppress(KafkaError, OSError, asyncio.CancelledError):
                await asyncio.wait_for(end(), _SHUTDOWN_TIMEOUT_SECONDS)
                return

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        with self._kafka_errors():
            self._runner.run(asyncio.wait_for(work, OUTCOME_SECONDS))

    @property
    def _kafka(self) -> str:
        return f"Kafka at {', '.join(self._brokers)} (HARMWATCH_KAFKA)"

    @contextmanager
    def _kafka_errors(self) -> Iterator[None]:
        try:
            yield
        except TimeoutError as error:
            raise explain(error, self._brokers, f" has not answered for {OUTCOME_SECONDS} s") from error
        except (KafkaError, IllegalOperation, OSError, asyncio.CancelledError) as error:
            raise self._explained(error) from error

    def _explained(self, error: BaseException) -> Unavailable:
        """Where a topic may not be written to, the client tells it to the log alone."""
        if isinstance(error, InvalidTxnState) and (why := why_not_written(self._brokers, self._topics)) is not None:
            return NotAllowed(why)
        return explain(error, self._brokers)


async def _make_producer(brokers: Brokers, transactional_id: str) -> AIOKafkaProducer:
    # Of a failure each who waits hears; the client also leaves promises of it behind that nobody asks for.
    asyncio.get_running_loop().set_exception_handler(
        lambda _, left: log.debug("left behind: %s", left["message"], extra=happened(Event.LEFT_BEHIND))
    )
    producer = AIOKafkaProducer(
        **client_options(brokers), acks="all", transactional_id=transactional_id,
        transaction_timeout_ms=TRANSACTION_TIMEOUT_MILLISECONDS, compression_type="zstd", max_batch_size=_BATCH_BYTES,
    )  # fmt: skip
    log_in_afresh(producer.client, brokers)
    return producer

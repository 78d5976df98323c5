"""The doors to Kafka outside of Faust: admin, reader, writer (kafka-python)."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, Serializer, TopicPartition
from kafka.errors import KafkaError, OffsetOutOfRangeError

from broker.knock import PATIENCE_SECONDS as KNOCK_SECONDS
from broker.knock import why_kept_out
from broker.open_transactions import OpenTransaction, find_open_transactions
from broker.refusals import as_unavailable
from broker.security import Brokers
from harmwatch_client.header_names import read_any_header_names
from harmwatch_client.networks import ended_unless_made
from models.errors import NotAllowed, PreconditionFailed, Unavailable
from models.record import Record

BOOTSTRAP_MILLISECONDS = 10_000
TRANSACTION_TIMEOUT_MILLISECONDS = 10_000
OUTCOME_SECONDS = 12
"""Longer than the timeout of a transaction: after it the outcome is unknown, and the next fencing settles it."""

TRANSACTION_BACKOFF_MILLISECONDS = 2

RECONNECT_MILLISECONDS = 1_000
"""The longest pause between two tries to reach a broker; the client's own, 30 s, would outlast the outage."""

METADATA_PAUSE_MILLISECONDS = 5
"""How soon after the bootstrap the client asks where a topic lies. Its own 100 ms are waited out by every reader."""

FETCH_BYTES = 16 * 1024 * 1024
GLANCE_BYTES = 256 * 1024
"""Enough for who looks for single records: what is fetched beyond them is memory that grows with the topic."""

READ_SECONDS = 30.0
"""Longer than an election; a reader to whom nothing comes for so long gives up what it was to read."""

_WITHOUT_CONNECTION = frozenset({
    "KafkaConnectionError", "KafkaTimeoutError", "NodeNotReadyError", "NoBrokersAvailable", "RequestTimedOutError",
    "SaslAuthenticationFailedError", "SaslAuthenticationFailed", "AuthenticationFailedError",
    "UnsupportedSaslMechanismError", "IllegalSaslStateError",
})  # fmt: skip
"""Of either client, by name: their classes differ."""

LARGEST_REQUEST_BYTES = 16 * 1024 * 1024
LARGEST_LETTER_BYTES = 1024 * 1024 * 1024


@contextmanager
def kafka_errors(brokers: Brokers | None = None, knock_seconds: float = KNOCK_SECONDS) -> Iterator[None]:
    """Turns the client's errors into Unavailable, or NotAllowed where these brokers do not let us in."""
    try:
        yield
    except (KafkaError, OSError) as error:
        raise explain(error, brokers, " does not answer", knock_seconds) from error


def explain(
    error: BaseException, brokers: Brokers | None, does: str = "", knock_seconds: float = KNOCK_SECONDS
) -> Unavailable:
    """An error of a client as one of ours. Why it got no connection, the client does not tell: a knock finds out."""
    if brokers is None:
        return as_unavailable(error, "Kafka")
    ours = as_unavailable(error, f"Kafka at {', '.join(brokers)}{does} (HARMWATCH_KAFKA)")
    if not isinstance(error, OSError | TimeoutError) and type(error).__name__ not in _WITHOUT_CONNECTION:
        return ours
    why = why_kept_out(brokers, knock_seconds)
    return ours if why is None else NotAllowed(why)


def admin(
    brokers: Brokers, patience_milliseconds: int = BOOTSTRAP_MILLISECONDS, knock_seconds: float = KNOCK_SECONDS
) -> KafkaAdminClient:
    """An administration client. Raises Unavailable where none of the brokers has answered by then."""
    with kafka_errors(brokers, knock_seconds), ended_unless_made() as network:
        return KafkaAdminClient(
            **network, **brokers.options(), client_id="harmwatch", bootstrap_timeout_ms=patience_milliseconds
        )


NULL = object()
"""A value to send that stands for null: the client takes no None beside a key that is None too."""


class _NullAware(Serializer):
    def serialize(self, _topic: str, _headers: object, data: object) -> object:
        return None if data is NULL else data


def producer(brokers: Brokers, transactional_id: str | None = None) -> KafkaProducer:
    """A producer that waits for all replicas; with an id, one of transactions."""
    with kafka_errors(brokers), ended_unless_made() as network:
        if transactional_id is None:
            return KafkaProducer(
                **network, **brokers.options(), acks="all", linger_ms=5, batch_size=256 * 1024, compression_type="lz4",
                max_request_size=LARGEST_REQUEST_BYTES, reconnect_backoff_max_ms=RECONNECT_MILLISECONDS,
            )  # fmt: skip
        return KafkaProducer(
            **network, **brokers.options(), acks="all", linger_ms=0, transactional_id=transactional_id,
            transaction_timeout_ms=TRANSACTION_TIMEOUT_MILLISECONDS, reconnect_backoff_max_ms=RECONNECT_MILLISECONDS,
            max_block_ms=OUTCOME_SECONDS * 1_000, value_serializer=_NullAware(),
            # The broker may still be closing the transaction before: the client sleeps so long, then asks again.
            retry_backoff_ms=TRANSACTION_BACKOFF_MILLISECONDS,
            # A refused record may have come compressed, and be many times as large as what its topic allows.
            max_request_size=LARGEST_LETTER_BYTES, compression_type="zstd",
        )  # fmt: skip


def commit(sender: KafkaProducer) -> None:
    """Commits the transaction in hand. Raises Unavailable; then nothing is known of the outcome."""
    with kafka_errors():
        sender.flush(timeout=OUTCOME_SECONDS)
        # The client's own commit waits for ever for an outcome that a fenced producer never gets.
        outcome = sender._transaction_manager.begin_commit()
        sender._sender.wakeup()
        if not outcome.wait(timeout_ms=OUTCOME_SECONDS * 1_000):
            raise Unavailable("Kafka: the outcome of a transaction is unknown")


def end_producer(sender: KafkaProducer) -> None:
    """Closes a producer, by force where it still waits for something."""
    try:
        sender.close(timeout=1)
    except KafkaError:
        sender._sender.force_close()


class PartitionReader:
    """Reads one partition forwards, committed records only; no group, no commits. Fetches `fetch_bytes` at once.

    `goes_on` hears of each record, and each time that an open transaction is asked for. `patience_seconds`: how long
    Kafka may answer nothing.
    """

    def __init__(
        self,
        brokers: Brokers,
        topic: str,
        partition: int,
        fetch_bytes: int = FETCH_BYTES,
        goes_on: Callable[[], None] = lambda: None,
        patience_seconds: float = READ_SECONDS,
    ) -> None:
        self._partition, self._brokers = TopicPartition(topic, partition), brokers
        read_any_header_names()
        with kafka_errors(brokers), ended_unless_made() as network:
            self._consumer = KafkaConsumer(
                **network,
                **brokers.options(),
                group_id=None,
                enable_auto_commit=False,
                auto_offset_reset="none",
                isolation_level="read_committed",
                bootstrap_timeout_ms=round(patience_seconds * 1_000),
                reconnect_backoff_max_ms=RECONNECT_MILLISECONDS,
                max_poll_records=5_000,
                max_partition_fetch_bytes=fetch_bytes,
                fetch_max_bytes=fetch_bytes,
            )
            # retry_backoff_ms does not reach this part of the client.
            self._consumer._cluster.config["retry_backoff_ms"] = METADATA_PAUSE_MILLISECONDS
            self._consumer.assign([self._partition])
        self._goes_on = goes_on
        self._patience_seconds = patience_seconds
        self._admin: KafkaAdminClient | None = None
        self._waiting: list[Record] = []
        self._position = 0
        self.seek(0)

    def close(self) -> None:
        """Ends the connections."""
        self._consumer.close()
        if self._admin is not None:
            self._admin.close()

    def unpack_by(self, records: type) -> None:
        """From here on what a fetch brings is unpacked by another kind of the client's own PartitionRecords.

        It makes records of ours, or what has the fields of the client's.
        """
        self._consumer._fetcher.PartitionRecords = records

    def end(self) -> int:
        """The last stable offset: everything before it is committed or aborted."""
        with kafka_errors(self._brokers):
            end: int = self._consumer.end_offsets([self._partition])[self._partition]
        return end

    def open_transaction(self) -> OpenTransaction | None:
        """The one behind which nothing can be read; None: everything that was sent can be."""
        self._goes_on()
        if self._admin is None:
            self._admin = admin(self._brokers)
        with kafka_errors(self._brokers):
            return next(iter(find_open_transactions(self._admin, [self._partition])), None)

    def partitions(self) -> int:
        """How many partitions the topic has."""
        with kafka_errors(self._brokers):
            return len(self._consumer.partitions_for_topic(self._partition.topic) or ())

    def beginning(self) -> int:
        """The earliest offset that is still there."""
        return self.beginnings(self._partition.partition + 1)[self._partition.partition]

    def ends(self, partitions: int) -> dict[int, int]:
        """The last stable offset of the topic's partitions 0 to `partitions` - 1."""
        return self._offsets(self._consumer.end_offsets, partitions)

    def beginnings(self, partitions: int) -> dict[int, int]:
        """The earliest offset of the same."""
        return self._offsets(self._consumer.beginning_offsets, partitions)

    def _offsets(
        self, ask: Callable[[list[TopicPartition]], dict[TopicPartition, int]], partitions: int
    ) -> dict[int, int]:
        wanted = [TopicPartition(self._partition.topic, number) for number in range(partitions)]
        with kafka_errors(self._brokers):
            return {place.partition: offset for place, offset in ask(wanted).items()}

    def seek(self, offset: int) -> None:
        """Goes on from `offset`."""
        self._waiting = []
        self._position = offset
        with kafka_errors(self._brokers):
            self._consumer.seek(self._partition, offset)

    def skip_to(self, offset: int) -> None:
        """Leaves out what stands before `offset`; never goes back."""
        standing = self._waiting[-1].offset if self._waiting else self._position
        if offset > standing:
            self.seek(offset)

    def read_until(self, end: int) -> Iterator[Record]:
        """Every record from where the reader stands to `end` (exclusive), which must be stable already.

        Raises Unavailable when records are to come and none does for so long that a leader must be away, and
        PreconditionFailed where they are gone.
        """
        moved_at, position = time.monotonic(), self._position
        while True:
            while self._waiting:
                if self._waiting[-1].offset >= end:
                    return
                self._goes_on()
                yield self._waiting.pop()
            if self._position >= end:
                return
            self._fetch()
            if self._position != position:
                moved_at, position = time.monotonic(), self._position
            elif time.monotonic() - moved_at > self._patience_seconds:
                raise Unavailable(
                    f"Kafka: nothing of {self._partition.topic} partition {self._partition.partition} can be read from "
                    f"offset {position} on, though it goes to {end}: its leader does not answer"
                )

    def _fetch(self) -> None:
        try:
            with kafka_errors(self._brokers):
                batches = self._consumer.poll(timeout_ms=500)
                self._position = self._consumer.position(self._partition)
        except Unavailable as error:
            if isinstance(error.__cause__, OffsetOutOfRangeError):
                raise self._gone() from error
            raise
        records = [
            item if type(item) is Record else Record(item.offset, item.timestamp, item.key, item.value, item.headers)
            for item in batches.get(self._partition, [])
        ]
        self._waiting = records[::-1]

    def _gone(self) -> PreconditionFailed:
        """Why nothing stands where this reader does: no broker is away, and nobody needs to wait for one."""
        topic, partition = self._partition
        beginning = self.beginning()
        text = f"begins at offset {beginning}: its first records are gone"
        if beginning <= self._position:
            text = f"ends at offset {self.end()}, before {self._position}: it was cut short, or created again"
        return PreconditionFailed(f"topic {topic} partition {partition} {text}")

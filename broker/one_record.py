"""Writes single records, each by itself and waited for: what a person has done, not what a stream carries."""

from kafka import KafkaProducer

from broker.clients import RECONNECT_MILLISECONDS, end_producer, kafka_errors
from broker.security import Brokers
from models.errors import Unavailable

WAIT_SECONDS = 5.0
"""A person waits no longer than this to hear whether it is written."""


class RecordWriter:
    """Of one topic with one partition. Idempotent: what is sent again because no answer came lies there once.

    Safe to share between threads.
    """

    def __init__(self, brokers: Brokers, topic: str, wait_seconds: float = WAIT_SECONDS) -> None:
        self._brokers, self._topic, self._seconds = brokers, topic, wait_seconds
        milliseconds = round(1_000 * wait_seconds)
        with kafka_errors(brokers):
            self._sender = KafkaProducer(
                **brokers.options(), acks="all", enable_idempotence=True, linger_ms=0,
                max_block_ms=milliseconds, request_timeout_ms=milliseconds, delivery_timeout_ms=2 * milliseconds,
                reconnect_backoff_max_ms=RECONNECT_MILLISECONDS,
            )  # fmt: skip

    def write(self, key: bytes, value: bytes) -> int:
        """The offset at which all replicas have it.

        Raises Unavailable; then it may lie there all the same, so whoever tries again sends the same bytes.
        """
        with kafka_errors(self._brokers):
            sent = self._sender.send(self._topic, key=key, value=value, partition=0)
            offset: int = sent.get(timeout=self._seconds).offset
        if offset < 0:
            raise Unavailable(f"Kafka did not say where on {self._topic} the record lies")
        return offset

    def close(self) -> None:
        """Ends the connections; what still waits is given up."""
        end_producer(self._sender)

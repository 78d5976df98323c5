"""A writer of single records, each there when it returns: for what must be written before something happens."""

import threading
import time
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import suppress

from kafka import KafkaProducer
from kafka.errors import KafkaError

from broker.clients import end_producer, explain
from broker.security import Brokers
from harmwatch_client.networks import ended_unless_made
from models.errors import NotAllowed, Unavailable

_NO_RIGHT = "AuthorizationFailed"
_PAUSE_SECONDS = 1.0
"""Brokers that have not answered are left alone for so long; who asks meanwhile gets the same answer at once."""


class AcknowledgedWriter:
    """Writes to partition 0 of a topic; safe to share between threads, and opened again after a failure.

    A record that came to no answer in time may lie there all the same.
    """

    def __init__(self, brokers: Brokers, topic: str, patience_seconds: float = 4.0) -> None:
        self._brokers, self._topic, self._patience = brokers, topic, patience_seconds
        self._lock = threading.Lock()
        self._producer: KafkaProducer | None = None
        self._away: tuple[float, Unavailable] | None = None

    def write(self, key: bytes, value: bytes) -> int:
        """The offset; all replicas have it when this returns. Raises Unavailable."""
        producer = self._open()
        try:
            offset: int = producer.send(self._topic, key=key, value=value, partition=0).get(self._patience).offset
        except (KafkaError, OSError, FutureTimeout) as error:
            raise self._gone(producer, error) from error
        return offset

    def close(self) -> None:
        """Ends the connections."""
        with self._lock:
            producer, self._producer = self._producer, None
        if producer is not None:
            end_producer(producer)

    def _open(self) -> KafkaProducer:
        with self._lock:
            if self._away is not None and time.monotonic() < self._away[0]:
                raise type(self._away[1])(str(self._away[1]))
            if self._producer is None:
                milliseconds = round(self._patience * 1_000)
                try:
                    with ended_unless_made() as network:
                        self._producer = KafkaProducer(
                            **network, **self._brokers.options(), acks="all", linger_ms=0, max_block_ms=milliseconds,
                            request_timeout_ms=milliseconds, delivery_timeout_ms=milliseconds,
                            bootstrap_timeout_ms=milliseconds, reconnect_backoff_max_ms=1_000,
                        )  # fmt: skip
                except (KafkaError, OSError) as error:
                    raise self._note(error) from error
            return self._producer

    def _gone(self, producer: KafkaProducer, error: BaseException) -> Unavailable:
        with self._lock:
            is_ours = self._producer is producer
            if is_ours:
                self._producer = None
            ours = self._note(error)
        if is_ours:
            with suppress(KafkaError):
                end_producer(producer)
        return ours

    def _note(self, error: BaseException) -> Unavailable:
        if _NO_RIGHT in str(error):  # of a producer that is idempotent: the client wraps it in an error without number
            rights = "deploy/kafka/rights.txt has those of each role"
            ours: Unavailable = NotAllowed(f"Kafka refuses to let this user write to {self._topic}: {rights}")
        else:
            ours = explain(error, self._brokers, " does not answer", knock_seconds=1.0)
        self._away = time.monotonic() + _PAUSE_SECONDS, ours
        return ours

"""How records of the demonstration are sent, and waited for."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from kafka.errors import KafkaTimeoutError

from broker.clients import end_producer, kafka_errors, producer
from cli.demo.history import Record
from models.topics import OFFENCES, topic_name
from runtime.settings import Settings

CHECK_SECONDS = 1.0


@contextmanager
def sender(settings: Settings, check_stack: Callable[[], None]) -> Iterator[Callable[[Sequence[Record]], None]]:
    """What sends records and waits for them; the client would wait two minutes for a broker that has ended."""
    topic = topic_name(settings.prefix, OFFENCES)
    to_kafka = producer(settings.brokers)

    def is_flushed() -> bool:
        try:
            to_kafka.flush(timeout=CHECK_SECONDS)
        except KafkaTimeoutError:
            return False
        return True

    def send(records: Sequence[Record]) -> None:
        with kafka_errors(settings.brokers):
            for key, value in records:
                to_kafka.send(topic, key=key, value=value)
            while not is_flushed():
                check_stack()

    try:
        yield send
    finally:
        end_producer(to_kafka)

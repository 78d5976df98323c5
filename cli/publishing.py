"""One record, published by a command that is not a worker."""

from broker.clients import end_producer, kafka_errors, producer
from models.topics import Topic, topic_name
from runtime.settings import Settings

_SECONDS = 10


def publish(settings: Settings, topic: Topic, board: str, value: bytes) -> None:
    """Sends a record about a board to the topic's one partition, and waits until it is there. Raises Unavailable."""
    sender = producer(settings.brokers)
    try:
        with kafka_errors(settings.brokers):
            name = topic_name(settings.prefix, topic)
            sender.send(name, key=board.encode(), value=value, partition=0).get(_SECONDS)
    finally:
        end_producer(sender)

"""One record, published by a command that is not a worker."""

from contextlib import closing

from broker.acknowledged_writer import AcknowledgedWriter
from models.topics import Topic, topic_name
from runtime.settings import Settings

_SECONDS = 10.0


def publish(settings: Settings, topic: Topic, board: str, value: bytes) -> None:
    """Sends a record about a board to the topic's one partition, and waits until it is there. Raises Unavailable."""
    with closing(AcknowledgedWriter(settings.brokers, topic_name(settings.prefix, topic), _SECONDS)) as writer:
        writer.write(board.encode(), value)

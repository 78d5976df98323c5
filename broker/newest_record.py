"""When somebody last wrote to a topic of one partition."""

from contextlib import closing

from broker.clients import GLANCE_BYTES, PartitionReader
from broker.security import Brokers

_LAST_OFFSETS = 16
"""In which the newest record lies: the mark of a transaction takes an offset, too."""


def newest_sent_at(brokers: Brokers, topic: str) -> float | None:
    """Seconds of Unix time by Kafka's timestamp of the newest record; None: there is none. Raises Unavailable."""
    with closing(PartitionReader(brokers, topic, 0, GLANCE_BYTES)) as reader:
        end = reader.end()
        reader.skip_to(end - _LAST_OFFSETS)
        return max((record.timestamp_ms / 1_000 for record in reader.read_until(end)), default=None)

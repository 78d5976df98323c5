"""For how long the oldest record that waits on a partition has waited."""

import time
from collections.abc import Mapping

from broker.clients import GLANCE_BYTES, PartitionReader
from models.topics import OFFENCES, topic_name
from runtime.settings import Settings


class WaitingRecords:
    """Looks at the record where each partition goes on, by its Kafka timestamp; asks only where one waits."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._readers: dict[int, PartitionReader] = {}

    def ages(self, waiting: Mapping[int, tuple[int, int]]) -> dict[int, float]:
        """Seconds for each partition, of which [start, end) can be read and is not applied. Raises Unavailable."""
        ages = {partition: self._age(partition, start, end) for partition, (start, end) in waiting.items()}
        for partition in [each for each in self._readers if not ages.get(each)]:
            self._readers.pop(partition).close()
        return ages

    def close(self) -> None:
        """Ends the connections."""
        for reader in self._readers.values():
            reader.close()
        self._readers.clear()

    def _age(self, partition: int, start: int, end: int) -> float:
        """0 where nothing waits, but for the marks at which transactions end."""
        if start >= end:
            return 0.0
        if partition not in self._readers:
            topic = topic_name(self._settings.prefix, OFFENCES)
            self._readers[partition] = PartitionReader(self._settings.brokers, topic, partition, GLANCE_BYTES)
        reader = self._readers[partition]
        reader.seek(max(start, reader.beginning()))
        first = next(reader.read_until(end), None)
        return 0.0 if first is None else max(0.0, time.time() - first.timestamp_ms / 1_000)

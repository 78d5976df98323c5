"""What reads one partition forwards: of a topic in Kafka, or of records that were written down elsewhere."""

from collections.abc import Callable, Iterator
from typing import Protocol

from models.record import Record
from models.topics import Topic


class Reader(Protocol):
    """Stands at an offset of one partition, at first at the beginning; sees committed records only."""

    def close(self) -> None:
        """Ends whatever it holds open."""

    def end(self) -> int:
        """The offset behind the last record that is there for good."""

    def partitions(self) -> int:
        """How many partitions the topic has."""

    def beginning(self) -> int:
        """The earliest offset that is still there."""

    def ends(self, partitions: int) -> dict[int, int]:
        """The ends of the topic's partitions 0 to `partitions` - 1."""

    def beginnings(self, partitions: int) -> dict[int, int]:
        """The earliest offset of the same."""

    def seek(self, offset: int) -> None:
        """Goes on from `offset`."""

    def read_until(self, end: int) -> Iterator[Record]:
        """Every record from where the reader stands to `end` (exclusive)."""


OpenReader = Callable[[Topic, int], Reader]
"""Opens a reader at the beginning of a partition."""

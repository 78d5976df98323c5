"""What reads one partition forwards: of a topic in Kafka, or of records that were written down elsewhere."""

from collections.abc import Callable, Iterator
from typing import Protocol

from broker.open_transactions import OpenTransaction, wait_until_readable
from models.record import Record
from models.topics import Topic


class Reader(Protocol):
    """Stands at an offset of one partition, at first at the beginning; sees committed records only."""

    def close(self) -> None:
        """Ends whatever it holds open."""

    def end(self) -> int:
        """The offset behind the last record that is there for good."""

    def open_transaction(self) -> OpenTransaction | None:
        """The one behind which nothing can be read; None: everything that was sent can be."""

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


def when_readable(open_reader: OpenReader, say: Callable[[OpenTransaction], None]) -> OpenReader:
    """Opens the same readers, each as soon as everything can be read that was sent by then."""

    def open_when_readable(topic: Topic, partition: int) -> Reader:
        reader = open_reader(topic, partition)
        try:
            wait_until_readable(reader, say)
        except BaseException:
            reader.close()
            raise
        return reader

    return open_when_readable

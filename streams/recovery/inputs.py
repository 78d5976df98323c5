"""The records of offences.v1 from which the runs of a journal were made, read again in their order in little memory."""

from collections import OrderedDict

from broker.clients import PartitionReader
from models.errors import BrokenInvariant
from models.journal.plain_entry import AnyRun
from models.record import Record
from models.topics import JOURNAL, OFFENCES, Topic
from runtime.installation import Installation
from streams.recovery.last_runs import cut_short, other_records
from streams.recovery.quick_records import quick

_KIB = 1024
READ_AHEAD_BYTES = 8 * _KIB * _KIB
"""Of all partitions together; what is fetched and not yet used lies in memory several times over."""

MOST_AHEAD_BYTES, LEAST_AHEAD_BYTES = 1024 * _KIB, 64 * _KIB
JOURNAL_AHEAD_BYTES = 4 * _KIB * _KIB

MOST_READERS = 128
"""Each is a connection and its memory. Beyond them the one that was not used for longest is closed."""


class Inputs:
    """One reader for each partition that runs were read of lately."""

    def __init__(self, installation: Installation, most_readers: int = MOST_READERS) -> None:
        self._installation = installation
        self._most_readers = most_readers
        self._readers: OrderedDict[int, PartitionReader] = OrderedDict()
        self._ends: dict[int, int] = {}
        self._next: dict[int, int] = {}

    @property
    def readers(self) -> int:
        """How many are open."""
        return len(self._readers)

    def close(self) -> None:
        """Ends the readers."""
        while self._readers:
            self._readers.popitem()[1].close()

    def open(self, topic: Topic, partition: int) -> PartitionReader:
        """Another reader, at the beginning of a partition; the caller closes it."""
        ahead = READ_AHEAD_BYTES // self._installation.place.partitions
        ahead = JOURNAL_AHEAD_BYTES if topic is JOURNAL else min(max(ahead, LEAST_AHEAD_BYTES), MOST_AHEAD_BYTES)
        return quick(self._installation.reader(topic, partition, ahead))

    def read(self, number: int, span: AnyRun) -> list[Record]:
        """Every record of the run of entry `number`. Raises BrokenInvariant where the partition cannot hold it."""
        if not 0 <= span.start <= span.end:
            raise BrokenInvariant(other_records(number, span))
        if not 0 <= span.partition < self._installation.place.partitions:
            raise BrokenInvariant(cut_short(number, span, 0))
        reader = self._reader(span)
        if self._ends.get(span.partition, 0) < span.end:
            self._ends[span.partition] = reader.end()
        if self._ends[span.partition] < span.end:
            raise BrokenInvariant(cut_short(number, span, self._ends[span.partition]))
        if self._next[span.partition] != span.start:  # a run may be repeated once more, by itself
            reader.seek(span.start)
        self._next[span.partition] = span.end
        return list(reader.read_until(span.end))

    def _reader(self, span: AnyRun) -> PartitionReader:
        reader = self._readers.get(span.partition)
        if reader is None:
            if len(self._readers) == self._most_readers:
                self._readers.popitem(last=False)[1].close()
            reader = self._readers[span.partition] = self.open(OFFENCES, span.partition)
            self._next[span.partition] = 0
        self._readers.move_to_end(span.partition)
        return reader

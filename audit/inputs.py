"""The records that the journal covers: every offset of a partition once, in order, without a gap."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

from models.errors import Unproved
from models.journal import RunOut
from models.record import Record, run_content
from models.topics import OFFENCES, Topic
from runtime.kafka import PartitionReader

OpenReader = Callable[[Topic, int], PartitionReader]


@dataclass(slots=True)
class Covered:
    """What was read of one partition since the digests began: [start, end), and its digest as if it were one run."""

    start: int
    end: int
    records: int = 0
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)


class Inputs:
    """Reads offences.v1 along the runs of a journal. `next_offsets` says how far each partition was covered."""

    def __init__(self, open_reader: OpenReader) -> None:
        self.next_offsets: dict[int, int] = {}
        self.covered: dict[int, Covered] = {}
        self._open_reader = open_reader
        self._readers: dict[int, PartitionReader] = {}
        self._ends: dict[int, int] = {}

    def begin_digests(self) -> None:
        """From here on what is read goes into `covered`."""
        self.covered.clear()

    def read(self, run: RunOut) -> list[Record]:
        """The records of the next run of its partition. Raises Unproved when they are not there, or not next."""
        where = f"offences.v1 partition {run.partition}"
        expected = self.next_offsets.get(run.partition, 0)
        if run.start != expected or run.end < run.start:
            fault = "a gap" if run.start > expected else "twice"
            raise Unproved(
                f"it covers {where} offsets {run.start} to {run.end}, "
                f"but the next offset to cover is {expected} ({fault})"
            )
        reader = self._reader(run, where)
        records = list(reader.read_until(run.end))
        self.next_offsets[run.partition] = run.end
        covered = self.covered.setdefault(run.partition, Covered(run.start, run.start))
        covered.end, covered.records = run.end, covered.records + len(records)
        covered.digest.update(run_content(run.partition, records))
        return records

    def total(self) -> int:
        """How many offsets all partitions have."""
        reader = self._open_reader(OFFENCES, 0)
        try:
            return sum(reader.ends(reader.partitions()).values())
        finally:
            reader.close()

    def close(self) -> None:
        """Ends the readers."""
        for reader in self._readers.values():
            reader.close()

    def _reader(self, run: RunOut, where: str) -> PartitionReader:
        reader = self._readers.get(run.partition) or self._open(run, where)
        if self._ends[run.partition] < run.end:
            self._ends[run.partition] = reader.end()
        if self._ends[run.partition] < run.end:
            raise Unproved(
                f"it covers {where} offsets {run.start} to {run.end}, but the partition ends at "
                f"{self._ends[run.partition]}: records are gone, or the topic was created anew"
            )
        return reader

    def _open(self, run: RunOut, where: str) -> PartitionReader:
        first = self._readers.get(0) or self._readers.setdefault(0, self._open_reader(OFFENCES, 0))
        self._ends.setdefault(0, first.end())
        count = first.partitions()
        if not 0 <= run.partition < count:
            raise Unproved(f"it covers {where}, but the topic has {count} partitions")
        beginning = first.beginnings(count)[run.partition]
        if beginning > 0:
            raise Unproved(f"{where} begins at offset {beginning}: its first records are gone")
        if run.partition not in self._readers:
            self._readers[run.partition] = self._open_reader(OFFENCES, run.partition)
            self._ends[run.partition] = self._readers[run.partition].end()
        return self._readers[run.partition]

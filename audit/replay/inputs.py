"""The records that the journal covers: every offset of a partition once, in order, without a gap."""

import hashlib
from dataclasses import dataclass, field

from broker.reader import OpenReader, Reader
from models.errors import Unproved
from models.journal.entry import RunOut
from models.record import Record
from models.topics import OFFENCES


@dataclass(frozen=True, slots=True)
class CoveredRange:
    """What was read of one partition since the digests began: [start, end), and its digest as if it were one run."""

    partition: int
    start: int
    end: int
    records: int
    sha256: str


@dataclass(slots=True)
class _Reading:
    start: int
    end: int
    records: int = 0
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)


class Inputs:
    """Reads offences.v1 along the runs of a journal. `next_offsets` says how far each partition was covered."""

    def __init__(self, open_reader: OpenReader) -> None:
        self.next_offsets: dict[int, int] = {}
        self._covered: dict[int, _Reading] = {}
        self._open_reader = open_reader
        self._readers: dict[int, Reader] = {}
        self._ends: dict[int, int] = {}

    def begin_digests(self) -> None:
        """From here on what is digested goes into `covered`."""
        self._covered.clear()

    def covered(self) -> tuple[CoveredRange, ...]:
        """What was digested since then, by partition."""
        return tuple(
            CoveredRange(number, each.start, each.end, each.records, each.digest.hexdigest())
            for number, each in sorted(self._covered.items())
        )

    def read(self, run: RunOut) -> list[Record]:
        """The records of the next run of its partition. Raises Unproved when they are not there, or not next."""
        where = self._next(run)
        records = list(self._reader(run, where).read_until(run.end))
        self.next_offsets[run.partition] = run.end
        return records

    def skip(self, run: RunOut) -> None:
        """Takes the next run of its partition as read. Raises Unproved."""
        self._next(run)
        self.next_offsets[run.partition] = run.end

    def digest(self, run: RunOut, count: int, content: bytes) -> None:
        """Takes into `covered` what was read of a run: so many records, with this content."""
        covered = self._covered.setdefault(run.partition, _Reading(run.start, run.start))
        covered.end, covered.records = run.end, covered.records + count
        covered.digest.update(content)

    def close(self) -> None:
        """Ends the readers."""
        for reader in self._readers.values():
            reader.close()

    def _next(self, run: RunOut) -> str:
        """Where the run lies, in words."""
        where = f"offences.v1 partition {run.partition}"
        expected = self.next_offsets.get(run.partition, 0)
        if run.start != expected or run.end < run.start:
            fault = "a gap" if run.start > expected else "twice"
            raise Unproved(
                f"it covers {where} offsets {run.start} to {run.end}, "
                f"but the next offset to cover is {expected} ({fault})"
            )
        return where

    def _reader(self, run: RunOut, where: str) -> Reader:
        reader = self._readers.get(run.partition) or self._open(run, where)
        if self._ends[run.partition] < run.end:
            self._ends[run.partition] = reader.end()
        if self._ends[run.partition] < run.end:
            raise Unproved(
                f"it covers {where} offsets {run.start} to {run.end}, but the partition ends at "
                f"{self._ends[run.partition]}: records are gone, or the topic was created again"
            )
        return reader

    def _open(self, run: RunOut, where: str) -> Reader:
        first = self._readers.get(0) or self._begin(0)
        count = first.partitions()
        if not 0 <= run.partition < count:
            raise Unproved(f"it covers {where}, but the topic has {count} partitions")
        beginning = first.beginnings(count)[run.partition]
        if beginning > 0:
            raise Unproved(f"{where} begins at offset {beginning}: its first records are gone")
        return self._readers.get(run.partition) or self._begin(run.partition)

    def _begin(self, partition: int) -> Reader:
        reader = self._readers[partition] = self._open_reader(OFFENCES, partition)
        self._ends[partition] = reader.end()
        reader.seek(self.next_offsets.get(partition, 0))
        return reader


def count_inputs(open_reader: OpenReader) -> int:
    """How many offsets all partitions of offences.v1 have. Raises Unavailable."""
    reader = open_reader(OFFENCES, 0)
    try:
        return sum(reader.ends(reader.partitions()).values())
    finally:
        reader.close()

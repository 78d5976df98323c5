"""Refused records, read again for their dead letters: those that were refused, and no others at their offsets."""

from broker.clients import PartitionReader
from models.errors import PreconditionFailed
from models.journal.plain_entry import AnyRun
from models.record import Record, run_digest
from streams.recovery.last_runs import other_records

_MAX_SKIP_OFFSETS = 10_000


class RefusedRecords:
    """Reads the refused records of a partition of offences.v1, run by run in rising order."""

    def __init__(self, reader: PartitionReader) -> None:
        self._reader = reader
        self._next = 0

    def read(self, number: int, run: AnyRun) -> dict[int, Record]:
        """Every record of the run of entry `number`, by its offset.

        Raises PreconditionFailed where they are not those that the entry was made from: the topic was recreated.
        """
        if not 0 <= run.start - self._next <= _MAX_SKIP_OFFSETS:
            self._reader.seek(run.start)
        records = [record for record in self._reader.read_until(run.end) if record.offset >= run.start]
        self._next = run.end
        if run_digest(run.partition, records) != run.sha256:
            raise PreconditionFailed(other_records(number, run))
        return {record.offset: record for record in records}

    def close(self) -> None:
        """Ends the reader."""
        self._reader.close()

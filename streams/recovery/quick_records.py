"""Records taken out of what Kafka sends by aiokafka's compiled reader: in Python it takes ten times as long.

In service every entry of the journal is a batch of its own, with the end of its transaction behind it.
"""

from collections.abc import Iterator
from typing import Any

from aiokafka.errors import CorruptRecordException, UnsupportedCodecError
from aiokafka.record.control_record import ABORT_MARKER, ControlRecord
from kafka.consumer.fetcher import Fetcher
from kafka.errors import CorruptRecordError

from broker.clients import PartitionReader
from streams.transport.any_records import AnyRecords

_WITH_TRANSACTIONS = 2
"""The format of batches that know of transactions; Kafka has written no other since version 0.11."""


def quick(reader: PartitionReader) -> PartitionReader:
    """The same reader, reading quickly from here on."""
    reader.unpack_by(QuickRecords)
    return reader


class QuickRecords(Fetcher.PartitionRecords):
    """What one fetch has brought, committed records only."""

    def _unpack_records(self, _: object, records: Any, *__: object) -> Iterator[Any]:  # Any: both clients' own
        try:
            yield from self._unpack(records)
        except (CorruptRecordException, UnsupportedCodecError) as error:  # the other client's, which nobody here knows
            raise CorruptRecordError(f"a batch of {self.topic_partition} cannot be read: {error}") from error

    def _unpack(self, records: Any) -> Iterator[Any]:
        fetched = AnyRecords(bytes(records._buffer))
        while (batch := fetched.next_batch()) is not None:
            if self.check_crcs and not batch.validate_crc():
                raise CorruptRecordError(f"a batch of {self.topic_partition} failed its crc check")
            if not self._is_hidden(batch):
                for record in batch:
                    self.next_fetch_offset = record.offset + 1
                    yield record
            if hasattr(batch, "next_offset"):
                self.next_fetch_offset = batch.next_offset
        self.drain()

    def _is_hidden(self, batch: Any) -> bool:
        """Whether it is of an aborted transaction, or tells how one ended."""
        if batch.magic < _WITH_TRANSACTIONS:
            return False
        self._consume_aborted_transactions_up_to(batch.next_offset - 1)
        if batch.is_control_batch:
            if ControlRecord.parse(next(batch).key) == ABORT_MARKER:
                self.aborted_producer_ids.discard(batch.producer_id)
            return True
        return batch.is_transactional and batch.producer_id in self.aborted_producer_ids

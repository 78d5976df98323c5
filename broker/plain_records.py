"""Records taken out of what Kafka sends in fewer steps than the client's own way, for who reads whole topics.

The client makes of each record a value of its own with thirteen fields, of which ours need five. Whatever is not plain
(headers, formats before version 2) it still reads itself.
"""

from collections.abc import Iterator
from typing import Any

from kafka.consumer.fetcher import Fetcher
from kafka.errors import CorruptRecordError
from kafka.record.util import decode_varint

from models.record import Record

_WITH_TRANSACTIONS = 2
"""The format of batches that know of transactions; Kafka has written no other since version 0.11."""

_LOG_APPEND_TIME = 1
_MORE_FOLLOWS = 0x80


class PlainRecords(Fetcher.PartitionRecords):
    """What one fetch has brought, committed records only."""

    def _unpack_records(self, _: object, records: Any, *__: object) -> Iterator[Record]:  # Any: the client's, untyped
        while (batch := records.next_batch()) is not None:
            if self.check_crcs and not batch.validate_crc():
                raise CorruptRecordError(f"a batch of {self.topic_partition} failed its crc check")
            if batch.magic < _WITH_TRANSACTIONS:
                yield from self._noted(map(_record_of, batch))
                continue
            if not self._is_hidden(batch):
                yield from self._noted(_unpack(batch))
            self.next_fetch_offset = batch.next_offset
        self.drain()

    def _noted(self, records: Iterator[Record]) -> Iterator[Record]:
        for record in records:
            self.next_fetch_offset = record.offset + 1
            yield record

    def _is_hidden(self, batch: Any) -> bool:
        """Whether it is of an aborted transaction, or tells how one ended."""
        if batch.has_producer_id():
            self._consume_aborted_transactions_up_to(batch.last_offset)
            if self._contains_abort_marker(batch):
                self.aborted_producer_ids.discard(batch.producer_id)
            elif self._is_batch_aborted(batch):
                return True
        return bool(batch.is_control_batch)


def _record_of(record: Any) -> Record:
    return Record(record.offset, record.timestamp, record.key, record.value, record.headers)


def _unpack(batch: Any) -> Iterator[Record]:
    """The records of a batch of version 2. Raises CorruptRecordError where it is not made as such a one."""
    iter(batch)  # takes its compression away
    content = bytes(batch._buffer)
    at, first, begun_at = batch._pos, batch.base_offset, batch.first_timestamp
    appended_at = batch.max_timestamp if batch.timestamp_type == _LOG_APPEND_TIME else None
    try:
        for _ in range(batch.records_count):
            begin = at
            length, at = _number(content, at)
            end = at + length
            later_ms, at = _number(content, at + 1)  # behind its attributes, of which none is in use
            further, at = _number(content, at)
            key, at = _text(content, at)
            value, at = _text(content, at)
            timestamp_ms = begun_at + later_ms if appended_at is None else appended_at
            headers: Any = ()
            if content[at]:
                batch._pos = begin
                headers, at = batch._read_msg().headers, batch._pos
            else:
                at += 1
            if at != end:
                raise CorruptRecordError(f"a record is not as long as it says: {at - begin} bytes")
            yield Record(first + further, timestamp_ms, key, value, headers)
    except (ValueError, IndexError) as error:
        raise CorruptRecordError(f"a record is not made as one: {error!r}") from error
    if at != len(content):
        raise CorruptRecordError(f"{len(content) - at} bytes lie behind the last record")


def _number(content: bytes, at: int) -> tuple[int, int]:
    """The number that begins there, and where the next begins. Nearly all have one byte or two."""
    low = content[at]
    if low < _MORE_FOLLOWS:
        return (low >> 1) ^ -(low & 1), at + 1
    high = content[at + 1]
    if high < _MORE_FOLLOWS:
        both = low & 0x7F | high << 7
        return (both >> 1) ^ -(both & 1), at + 2
    number: tuple[int, int] = decode_varint(content, at)
    return number


def _text(content: bytes, at: int) -> tuple[bytes | None, int]:
    length, at = _number(content, at)
    if length < 0:
        return None, at
    end = at + length
    return content[at:end], end

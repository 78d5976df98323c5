"""Fetched batches, unpacked by aiokafka's compiled reader, or in Python where that fails at the name of a header."""

import struct
from collections.abc import Iterator
from typing import Any

from aiokafka.consumer import fetcher
from aiokafka.record.default_records import _DefaultRecordBatchPy
from aiokafka.record.memory_records import MemoryRecords

from harmwatch_client.header_names import read_any_header_names

_LENGTH = struct.Struct(">qi")
"""Of a batch behind these two numbers: its first offset, and the length itself."""


def fetch_any_records() -> None:
    """From here on every consumer of this process gets past records whose headers have names that are no UTF-8."""
    fetcher.MemoryRecords = AnyRecords


class AnyRecords:
    """The batches that one fetch has brought of one partition."""

    def __init__(self, fetched: bytes) -> None:
        self._records = MemoryRecords(fetched)
        self._fetched = fetched
        self._at = 0

    def __getattr__(self, name: str) -> Any:  # Any: aiokafka's, and untyped
        return getattr(self._records, name)

    def next_batch(self) -> "AnyBatch | None":
        """The next one; None behind the last."""
        batch = self._records.next_batch()
        if batch is None:
            return None
        _, length = _LENGTH.unpack_from(self._fetched, self._at)
        begin, self._at = self._at, self._at + _LENGTH.size + length
        return AnyBatch(batch, self._fetched, begin, self._at)


class AnyBatch:
    """One batch: what aiokafka knows of it, and its records."""

    def __init__(self, batch: Any, fetched: bytes, begin: int, end: int) -> None:  # Any: aiokafka's, and untyped
        self._batch = batch
        self._place = fetched, begin, end

    def __getattr__(self, name: str) -> Any:  # Any: the same
        return getattr(self._batch, name)

    def __next__(self) -> Any:  # Any: the same
        return next(self._batch)

    def __iter__(self) -> Iterator[Any]:
        last = -1
        try:
            for record in self._batch:
                last = record.offset
                yield record
        except UnicodeDecodeError:
            yield from (record for record in self._once_more() if record.offset > last)

    def _once_more(self) -> Any:  # Any: the same
        read_any_header_names(_DefaultRecordBatchPy)
        fetched, begin, end = self._place
        return _DefaultRecordBatchPy(bytearray(fetched[begin:end]))

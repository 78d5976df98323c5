"""A record is read whatever its headers are called: neither client may stand still at a name that is no UTF-8."""

from collections.abc import Iterator
from typing import Any

import pytest
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from hypothesis import given
from hypothesis import strategies as st
from kafka.codec import zstd_encode
from kafka.record.memory_records import MemoryRecords

from harmwatch_client.header_names import read_any_header_names
from streams.transport.any_records import AnyRecords

ATTRIBUTES_AT, RECORDS_AT = 21, 61
"""In a batch of version 2 of the format."""

MARK = b"@~^~@~^~"
"""Stands where the name is put afterwards, since neither client sends such."""


def a_batch(offset: int, names: list[bytes]) -> bytes:
    """A batch of one record for each name, the first at this offset."""
    builder = DefaultRecordBatchBuilder(2, 0, 0, -1, -1, -1, 1_000_000)
    for number, name in enumerate(names):
        headers = [("first", b"1"), (MARK[: len(name)].decode(), b"\xff"), ("last", None)]
        builder.append(number, 1_000 + number, b"k%d" % number, b"v" * number, headers)
    written = bytearray(builder.build())
    written[:8] = offset.to_bytes(8, "big")
    return bytes(written)


def renamed(batch: bytes, names: list[bytes]) -> bytes:
    """The names in the places of the marks; the sum over it is not checked here."""
    for name in names:
        mark = b"%c" % (2 * len(name)) + MARK[: len(name)]
        assert mark in batch
        batch = batch.replace(mark, b"%c" % (2 * len(name)) + name, 1)
    return batch


def by_kafka_python(fetched: bytes) -> Iterator[Any]:
    read_any_header_names()
    records = MemoryRecords(fetched)
    while (batch := records.next_batch()) is not None:
        yield from batch


def by_aiokafka(fetched: bytes) -> Iterator[Any]:
    records = AnyRecords(fetched)
    while records.has_next():
        yield from records.next_batch() or ()


@pytest.mark.parametrize("unpack", [by_kafka_python, by_aiokafka])
@given(names=st.lists(st.lists(st.binary(min_size=4, max_size=8), min_size=1, max_size=4), min_size=1, max_size=3))
def test_every_record_comes_once_in_order_with_all_that_it_holds(unpack: Any, names: list[list[bytes]]) -> None:
    begin, fetched = 7, b""
    for batch in names:
        fetched += renamed(a_batch(begin, batch), batch)
        begin += len(batch)
    found = list(unpack(fetched))
    everything = [name for batch in names for name in batch]
    assert [record.offset for record in found] == list(range(7, 7 + len(everything)))
    for record, name in zip(found, everything, strict=True):
        (first, one), (called, other), (last, none) = record.headers
        assert (first, one, last, none, other) == ("first", b"1", "last", None, b"\xff")
        readable = bytes(byte if byte < 128 else ord("?") for byte in name)
        try:
            assert called == name.decode()
        except UnicodeDecodeError:
            assert called == readable.decode()
        assert record.key is not None
        assert record.value is not None


@pytest.mark.parametrize("codec", [0, 4], ids=["plain", "zstd"])
def test_compressed_records_are_read_as_well(codec: int) -> None:
    """The name lies within what is compressed: such a batch is made from records that were written plainly."""
    names = [b"\xff\xfe\xfd\xfc", b"name"]
    plain = renamed(a_batch(0, names), names)
    records = plain[RECORDS_AT:]
    attributes = codec.to_bytes(2, "big")
    body = attributes + plain[ATTRIBUTES_AT + 2 : RECORDS_AT]
    body += records if codec == 0 else zstd_encode(records)
    head = plain[:8] + (len(body) + 9).to_bytes(4, "big") + plain[12:21]
    for unpack in (by_kafka_python, by_aiokafka):
        assert [record.headers[1][0] for record in unpack(head + body)] == ["????", "name"]

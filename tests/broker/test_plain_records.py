"""What a fetch brings is read in fewer steps as the client itself reads it: the same records, and the same faults."""

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kafka import TopicPartition
from kafka.consumer.fetcher import Fetcher
from kafka.errors import CorruptRecordError
from kafka.protocol.consumer import IsolationLevel
from kafka.record import MemoryRecords
from kafka.record.default_records import DefaultRecordBatchBuilder

from broker.plain_records import PlainRecords
from models.record import Record

PLACE = TopicPartition("offences.v1", 0)
ATTRIBUTES, COUNT, FIRST_LENGTH = 22, 60, 61
"""Where a batch says what it is, how many records it holds, and how long the first is; the low bytes."""

CONTROL = 0x20

Content = tuple[bytes | None, bytes | None, list[tuple[str, bytes | None]], int]

texts = st.none() | st.binary(max_size=200)
headers: st.SearchStrategy[list[tuple[str, bytes | None]]] = st.just([]) | st.lists(
    st.tuples(st.text(max_size=5), texts), max_size=2
)
contents = st.lists(st.tuples(texts, texts, headers, st.integers(0, 2**40)), min_size=1, max_size=5)
PRODUCER = 7


def a_batch(first: int, records: list[Content], *, transactional: bool = False, compressed: bool = False) -> bytes:
    builder = DefaultRecordBatchBuilder(
        magic=2, compression_type=4 if compressed else 0, is_transactional=transactional,
        producer_id=PRODUCER if transactional else -1, producer_epoch=0, base_sequence=-1, batch_size=1_000_000,
    )  # fmt: skip
    for number, (key, value, named, timestamp) in enumerate(records):
        assert builder.append(number, timestamp, key, value, named) is not None
    written = bytearray(builder.build())
    written[:8] = first.to_bytes(8, "big")
    return bytes(written)


def an_end(first: int, *, abort: bool) -> bytes:
    """The mark that ends a transaction; its sum is not that of its bytes."""
    written = bytearray(
        a_batch(first, [(b"\0\0\0\0" if abort else b"\0\0\0\1", b"\0\0\0\0\0\0", [], 0)], transactional=True)
    )
    written[ATTRIBUTES] |= CONTROL
    return bytes(written)


def unpacked(kind: Any, fetched: bytes, begin: int = 0, aborted: Any = None) -> tuple[list[Record], int]:
    """The records, and from where on the next fetch is."""
    parted = kind(
        begin, PLACE, MemoryRecords(fetched), isolation_level=IsolationLevel.READ_COMMITTED,
        aborted_transactions=aborted, check_crcs=False,
    )  # fmt: skip
    found = [
        Record(one.offset, getattr(one, "timestamp", None) or one[1], one.key, one.value, list(one.headers))
        for one in parted.take()
    ]
    return found, parted.next_fetch_offset


@given(batches=st.lists(st.tuples(contents, st.booleans()), min_size=1, max_size=3), begin=st.integers(0, 4))
def test_the_same_records_come_as_from_the_client(batches: list[tuple[list[Content], bool]], begin: int) -> None:
    fetched, first = b"", 0
    for records, compressed in batches:
        fetched += a_batch(first, records, compressed=compressed)
        first += len(records) + 1
    plain, usual = unpacked(PlainRecords, fetched, begin), unpacked(Fetcher.PartitionRecords, fetched, begin)
    assert plain == usual


@given(ends=st.lists(st.sampled_from(["commit", "abort", "plain"]), min_size=1, max_size=5))
def test_aborted_transactions_and_marks_are_passed_over(ends: list[str]) -> None:
    fetched, first, aborted, expected = b"", 0, [], []
    for end in ends:
        records: list[Content] = [(b"k", end.encode(), [], 1)] * 2
        fetched += a_batch(first, records, transactional=end != "plain")
        if end == "abort":
            aborted.append(SimpleNamespace(producer_id=PRODUCER, first_offset=first))
        else:
            expected += [first, first + 1]
        first += 2
        if end != "plain":
            fetched += an_end(first, abort=end == "abort")
            first += 1
    plain = unpacked(PlainRecords, fetched, aborted=aborted)
    assert plain == unpacked(Fetcher.PartitionRecords, fetched, aborted=aborted)
    assert [record.offset for record in plain[0]] == expected


@pytest.mark.parametrize("place", [COUNT, FIRST_LENGTH])
def test_a_batch_that_is_not_made_as_one_is_no_batch(place: int) -> None:
    batch = bytearray(a_batch(0, [(b"k", b"v" * 50, [], 0)] * 3))
    batch[place] = 9
    parted = PlainRecords(0, PLACE, MemoryRecords(bytes(batch)), check_crcs=False)
    with pytest.raises(CorruptRecordError):
        [parted.take() for _ in range(2)]  # what was read before an error comes first


def test_a_changed_byte_is_noticed() -> None:
    batch = bytearray(a_batch(0, [(b"k", b"v" * 50, [], 0)]))
    batch[-5] ^= 1
    with pytest.raises(CorruptRecordError, match="crc"):
        PlainRecords(0, PLACE, MemoryRecords(bytes(batch))).take()

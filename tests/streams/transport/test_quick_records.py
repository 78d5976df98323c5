"""A batch that cannot be read is an outage like every other: whoever reads asks again."""

import pytest
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from kafka import TopicPartition
from kafka.errors import CorruptRecordError
from kafka.record import MemoryRecords

from broker.clients import kafka_errors
from models.errors import Unavailable
from streams.recovery.quick_records import QuickRecords

PLACE = TopicPartition("journal.v1", 0)
ATTRIBUTES, COUNT, FIRST_LENGTH = 22, 60, 61
"""Where a batch says how it is compressed, how many records it holds, and how long the first is; the low bytes."""


def a_batch() -> bytearray:
    """Three records, written as they come."""
    builder = DefaultRecordBatchBuilder(
        magic=2, compression_type=0, is_transactional=0, producer_id=-1, producer_epoch=-1, base_sequence=-1,
        batch_size=10_000,
    )  # fmt: skip
    for offset in range(3):
        assert builder.append(offset, timestamp=0, key=b"k", value=b"v" * 50, headers=[]) is not None
    return bytearray(builder.build())


def unpacked(batch: bytearray, *, check_crcs: bool = False) -> list[bytes]:
    records = QuickRecords(0, PLACE, MemoryRecords(bytes(batch)), check_crcs=check_crcs)
    with kafka_errors():
        # What was read before an error comes first, and the error when the next is asked for.
        return [record.value for _ in range(2) if records for record in records.take()]


def test_a_whole_batch_is_read() -> None:
    assert unpacked(a_batch(), check_crcs=True) == [b"v" * 50] * 3


@pytest.mark.parametrize(("place", "byte"), [(ATTRIBUTES, 7), (COUNT, 9), (FIRST_LENGTH, 0xFF)])
@pytest.mark.parametrize("check_crcs", [True, False])
def test_a_broken_batch_is_asked_for_again(place: int, byte: int, *, check_crcs: bool) -> None:
    """An unknown codec, more records than there are, a record of a length that cannot be."""
    batch = a_batch()
    batch[place] = byte
    with pytest.raises(Unavailable) as caught:
        unpacked(batch, check_crcs=check_crcs)
    assert isinstance(caught.value.__cause__, CorruptRecordError)

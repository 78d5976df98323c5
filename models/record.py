"""A record as it lies on a topic, and the digest over a run of them."""

import hashlib
import struct
from collections.abc import Sequence
from typing import NamedTuple


class Record(NamedTuple):
    """One record of one partition; `timestamp_ms` is Kafka's, milliseconds since 1970."""

    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None


_PLACE = struct.Struct("<iqqii")
_ABSENT = -1


def run_digest(partition: int, records: Sequence[Record]) -> str:
    """SHA-256 (hex) over partition, offset, timestamp, key and value of every record of a run."""
    digest = hashlib.sha256()
    for record in records:
        key, value = record.key, record.value
        digest.update(
            _PLACE.pack(
                partition,
                record.offset,
                record.timestamp_ms,
                _ABSENT if key is None else len(key),
                _ABSENT if value is None else len(value),
            )
        )
        digest.update(key or b"")
        digest.update(value or b"")
    return digest.hexdigest()

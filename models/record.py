"""A record as it lies on a topic, and the digest over a run of them."""

import hashlib
import struct
from collections.abc import Sequence
from typing import NamedTuple, NewType

Offset = NewType("Offset", int)
"""The place of a record in its partition, which is neither an instant nor the number of an entry."""


class Record(NamedTuple):
    """One record of one partition; `timestamp_ms` is Kafka's, milliseconds since 1970.

    `headers` matter where we wrote the record; those of offences.v1 mean nothing to us.
    """

    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes | None]] = ()


_PLACE = struct.Struct("<iqqii")
_ABSENT = -1


def run_content(partition: int, records: Sequence[Record]) -> bytes:
    """What is digested of a run: partition, offset, timestamp, key and value of every record."""
    parts: list[bytes] = []
    for offset, timestamp_ms, key, value, _ in records:
        key_bytes = _ABSENT if key is None else len(key)
        value_bytes = _ABSENT if value is None else len(value)
        parts += (_PLACE.pack(partition, offset, timestamp_ms, key_bytes, value_bytes), key or b"", value or b"")
    return b"".join(parts)


def run_digest(partition: int, records: Sequence[Record]) -> str:
    """SHA-256 (hex) of the content of a run."""
    return hashlib.sha256(run_content(partition, records)).hexdigest()

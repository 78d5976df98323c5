"""Names of headers that are no UTF-8, as some clients send them: a reader must get past such a record.

Both clients of Python decode the names of all headers while they unpack a record, and fail at the first that is no
UTF-8, each time they come to it. Nothing of ours is called so: whatever cannot be decoded stands as question marks.
"""

from typing import Any

from kafka.record.default_records import DefaultRecordBatch
from kafka.record.util import decode_varint


def read_any_header_names(batch_class: Any = DefaultRecordBatch) -> None:
    """From here on batches of this class, which is in Python, are read whatever their headers are called."""
    usual = batch_class._read_msg
    if hasattr(usual, "reads_any_header_name"):
        return

    def read(batch: Any, *arguments: Any) -> Any:  # Any: the clients', and untyped
        begin = batch._pos
        try:
            return usual(batch, *arguments)
        except UnicodeDecodeError:
            batch._buffer, batch._pos = _with_readable_names(bytearray(batch._buffer), begin), begin
            return usual(batch, *arguments)

    read.reads_any_header_name = True  # type: ignore[attr-defined]
    batch_class._read_msg = read


def _with_readable_names(buffer: bytearray, at: int) -> bytearray:
    """A buffer of records in version 2 of the format; in the one that begins at `at` every name can be decoded then."""
    _, at = decode_varint(buffer, at)  # its length
    at += 1  # attributes
    for _ in ("timestamp", "offset"):
        _, at = decode_varint(buffer, at)
    for _ in ("key", "value"):
        length, at = decode_varint(buffer, at)
        at += max(0, length)
    count, at = decode_varint(buffer, at)
    for _ in range(count):
        length, at = decode_varint(buffer, at)
        name = buffer[at : at + length]
        try:
            name.decode()
        except UnicodeDecodeError:
            buffer[at : at + length] = bytes(byte if byte < 128 else ord("?") for byte in name)
        at += length
        length, at = decode_varint(buffer, at)
        at += max(0, length)
    return buffer

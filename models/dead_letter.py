"""A dead letter: the original key and bytes of a refused record, and what stands beside them."""

import hashlib
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from models.canonical import canonical_json
from models.checkpoint import Hash
from models.errors import BrokenInvariant, Reason
from models.journal.entry import RefusalOut
from models.record import Record

_FIELDS = {
    Reason.KEY_MISMATCH: "offender_id",
    Reason.FROM_THE_FUTURE: "recorded_at",
    Reason.UNKNOWN_CODE: "code",
    Reason.UNKNOWN_STATUS: "status",
}


LARGEST_LETTER_BYTES = 256 * 1024
"""Key and value of a refused record; of larger ones the original has to be read on offences.v1."""

TRUNCATED = "truncated"

Headers = list[tuple[str, bytes]]


class TruncatedLetter(BaseModel):
    """What stands in the place of a refused value that is too large for a letter; the header `truncated` says so.

    The original lies on offences.v1, at the partition and offset of the letter's headers.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, title="dead-letters.v1, truncated")

    size: Annotated[int, Field(ge=0)]
    sha256: Hash


@dataclass(frozen=True, slots=True)
class Letter:
    """A record of dead-letters.v1 as it is sent."""

    key: bytes | None
    value: bytes | None
    headers: Headers

    @property
    def size(self) -> int:
        """Bytes of key and value."""
        return len(self.key or b"") + len(self.value or b"")


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One record of dead-letters.v1; `number` is its offset there, `offset` the original's on offences.v1."""

    number: int
    reason: str
    detail: str
    partition: int
    offset: int
    refused_at: int
    key: bytes | None
    value: bytes | None
    truncated: bool = False

    @property
    def field(self) -> str | None:
        """The field at fault; None where it is the record as a whole."""
        if self.reason == Reason.NOT_VALID:
            name, colon, _ = self.detail.partition(": ")
            return name if colon else None
        return _FIELDS.get(Reason(self.reason)) if self.reason in set(Reason) else None


def make_letter(refusal: RefusalOut, topic: str, partition: int, key: bytes | None, value: bytes | None) -> Letter:
    """The letter of a refused record, whole, or where it is too large with size and SHA-256 of its value."""
    headers = dead_letter_headers(refusal, topic, partition)
    whole = Letter(key, value, headers)
    if value is None or whole.size <= LARGEST_LETTER_BYTES:
        return whole
    summary = {"size": len(value), "sha256": hashlib.sha256(value).hexdigest()}
    return Letter(key, canonical_json(summary), [*headers, (TRUNCATED, b"yes")])


def dead_letter_headers(refusal: RefusalOut, topic: str, partition: int) -> list[tuple[str, bytes]]:
    """Why the record was refused, and where the original lies."""
    texts = {
        "reason": refusal.reason,
        "detail": refusal.detail,
        "topic": topic,
        "partition": str(partition),
        "offset": str(refusal.offset),
    }
    return [(name, text.encode(errors="replace")) for name, text in texts.items()]


def read_dead_letter(record: Record) -> DeadLetter:
    """A record of dead-letters.v1. Raises BrokenInvariant when its headers are not those of a dead letter."""
    texts = {name: (value or b"").decode(errors="replace") for name, value in record.headers}
    try:
        return DeadLetter(
            number=record.offset,
            reason=texts["reason"],
            detail=texts["detail"],
            partition=int(texts["partition"]),
            offset=int(texts["offset"]),
            refused_at=record.timestamp_ms * 1_000,
            key=record.key,
            value=record.value,
            truncated=TRUNCATED in texts,
        )
    except (KeyError, ValueError) as error:
        raise BrokenInvariant(f"dead-letters.v1 offset {record.offset} is not a dead letter: {error}") from error

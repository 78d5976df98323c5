"""A dead letter: the original key and bytes of a refused record, and what stands beside them."""

from dataclasses import dataclass

from models.errors import BrokenInvariant, Reason
from models.journal import RefusalOut
from models.record import Record

_FIELDS = {
    Reason.KEY_MISMATCH: "offender_id",
    Reason.FROM_THE_FUTURE: "recorded_at",
    Reason.UNKNOWN_CODE: "code",
    Reason.UNKNOWN_STATUS: "status",
}


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

    @property
    def field(self) -> str | None:
        """The field at fault; None where it is the record as a whole."""
        if self.reason == Reason.NOT_VALID:
            name, colon, _ = self.detail.partition(": ")
            return name if colon else None
        return _FIELDS.get(Reason(self.reason)) if self.reason in set(Reason) else None


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
        )
    except (KeyError, ValueError) as error:
        raise BrokenInvariant(f"dead-letters.v1 offset {record.offset} is not a dead letter: {error}") from error

"""How an offender is stored: rows, one per offence (lua/parts/row.lua, weights.lua and spilled.lua write them)."""

import struct
from collections.abc import Iterator, Mapping

from models.board import ContributionRow
from models.contribution import Step, Weight

_ROW = struct.Struct("<HHBqHB")
_EDITION = struct.Struct("<Qq")
_PACKED_STEP_BYTES = 12

Weights = Mapping[int, Weight]


def read_weights(fields: Mapping[bytes, bytes]) -> Weights:
    """The weights by number, of the two directions in which the hash holds them."""
    return {int(name[1:]): _weight(packed) for name, packed in fields.items() if name.startswith(b"#")}


def _weight(packed: bytes) -> Weight:
    steps_at = 2 + int.from_bytes(packed[:2], "little")
    steps = tuple(
        Step(_instant(packed, at), int.from_bytes(packed[at + 7 : at + _PACKED_STEP_BYTES], "little"))
        for at in range(steps_at, len(packed), _PACKED_STEP_BYTES)
    )
    return Weight(packed[2:steps_at].decode(), steps)


def _instant(packed: bytes, at: int) -> int:
    return int.from_bytes(packed[at : at + 7], "little", signed=True)


def read_rows(packed: bytes, weights: Weights) -> Iterator[ContributionRow]:
    """Every row of a packed value, with what it counts in its present step."""
    at = 0
    while at < len(packed):
        ended, low, high, anchor, rest_bytes, edition_bytes = _ROW.unpack_from(packed, at)
        weight, rest_at = weights[low + (high << 16)], at + _ROW.size
        present = weight.steps[ended] if ended < len(weight.steps) else None
        revision, reported_at = _EDITION.unpack_from(packed, rest_at) if edition_bytes else (1, anchor)
        at = rest_at + rest_bytes
        yield ContributionRow(
            offence_id=packed[rest_at + edition_bytes : at].decode(),
            revision=revision,
            code=weight.code,
            millidays=present.millidays if present else 0,
            reported_at=reported_at,
            until=anchor + present.until if present else None,
            counted=present is not None,
        )


def spilled_range(offender_id: str) -> tuple[bytes, bytes]:
    """First and last place, by bytes, of the rows of a spilled offender."""
    encoded = offender_id.encode()
    named = len(encoded).to_bytes(2, "little") + encoded
    return b"[" + named + b"r", b"(" + named + b"s"


def read_spilled_rows(members: list[bytes], offender_id: str, weights: Weights) -> Iterator[ContributionRow]:
    """The rows of a spilled offender: each lies behind the ids that order it."""
    offender_bytes = len(offender_id.encode())
    for member in members:
        row_at = 2 + offender_bytes + 1
        row_at += 2 + int.from_bytes(member[row_at : row_at + 2], "little")
        yield from read_rows(member[row_at:], weights)


def is_spilled(value: bytes) -> bool:
    """Whether a value is the summary of a spilled offender, shorter than any row."""
    return len(value) < _ROW.size

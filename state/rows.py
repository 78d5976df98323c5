"""How an offender is stored: packed rows, one per offence (lua/parts/person.lua writes them)."""

import struct
from collections.abc import Iterator

from models.board import ContributionRow

_LENGTHS = struct.Struct("<HHB")
_STEP_BYTES = 12


def read_rows(packed: bytes) -> Iterator[ContributionRow]:
    """Every offence of one offender, with what it counts in its present step."""
    at = 0
    while at < len(packed):
        revision = int.from_bytes(packed[at : at + 7], "little")
        reported_at = int.from_bytes(packed[at + 7 : at + 14], "little", signed=True)
        offence_bytes, code_bytes, steps = _LENGTHS.unpack_from(packed, at + 17)
        code_at = at + 22 + offence_bytes
        steps_at = code_at + code_bytes
        until = int.from_bytes(packed[steps_at : steps_at + 7], "little", signed=True) if steps else None
        millidays = int.from_bytes(packed[steps_at + 7 : steps_at + 12], "little") if steps else 0
        yield ContributionRow(
            offence_id=packed[at + 22 : code_at].decode(),
            revision=revision,
            code=packed[code_at:steps_at].decode(),
            millidays=millidays,
            reported_at=reported_at,
            until=until,
            counted=steps > 0,
        )
        at = steps_at + steps * _STEP_BYTES

"""How a contribution travels to APPLY: one packed string each (lua/apply.lua reads the same layout)."""

import struct
from functools import lru_cache

from models.contribution import Contribution, Step

_KINDS = {"offence.reported": 1, "offence.amended": 2, "offence.withdrawn": 3}
_HEADER = struct.Struct("<qBQqqI")
_LENGTH = struct.Struct("<H")


@lru_cache(maxsize=4096)
def pack_steps(steps: tuple[Step, ...]) -> bytes:
    """Seven bytes of instant and five of millidays per step, as they are stored."""
    return b"".join(
        step.until.to_bytes(7, "little", signed=True) + step.millidays.to_bytes(5, "little") for step in steps
    )


def _text(value: bytes) -> bytes:
    return _LENGTH.pack(len(value)) + value


def pack_contribution(item: Contribution) -> bytes:
    """The ARGV string of one contribution."""
    header = _HEADER.pack(
        item.offset, _KINDS[item.kind], item.revision, item.recorded_at, item.reported_at, item.anchor_day
    )
    return b"".join(
        (
            header,
            _text(item.event_id.encode()),
            _text(item.offender_id.encode()),
            _text(item.offence_id.encode()),
            _text(item.code.encode()),
            _text(pack_steps(item.steps)),
        )
    )

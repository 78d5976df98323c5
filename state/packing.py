"""How the contributions of a run travel to APPLY: one string (lua/apply.lua reads the same layout)."""

import struct
from collections.abc import Sequence
from functools import lru_cache

from models.contribution import Contribution, Weight

_KINDS = {"offence.reported": 1, "offence.amended": 2, "offence.withdrawn": 3}
_HEADER = struct.Struct("<qBQqqqHHHH")


@lru_cache(maxsize=4096)
def pack_weight(weight: Weight) -> bytes:
    """Length and text of the code, then seven bytes of instant and five of millidays per step."""
    code = weight.code.encode()
    steps = (
        step.until.to_bytes(7, "little", signed=True) + step.millidays.to_bytes(5, "little") for step in weight.steps
    )
    return b"".join((len(code).to_bytes(2, "little"), code, *steps))


def pack_contributions(items: Sequence[Contribution]) -> bytes:
    """Every contribution: numbers and lengths first, then offender_id, offence_id, weight and event_id."""
    parts: list[bytes] = []
    for offset, event, kind, offender, offence, revision, recorded_at, reported_at, anchor_at, weight in items:
        event_id, offender_id, offence_id = event.encode(), offender.encode(), offence.encode()
        packed = pack_weight(weight)
        lengths = len(offender_id), len(offence_id), len(packed), len(event_id)
        header = _HEADER.pack(offset, _KINDS[kind], revision, recorded_at, reported_at, anchor_at, *lengths)
        parts += header, offender_id, offence_id, packed, event_id
    return b"".join(parts)

"""How the contributions of a run travel to APPLY (lua/parts/record.lua reads the same layout)."""

import json
import struct
from bisect import bisect
from collections.abc import Sequence
from functools import lru_cache

import msgpack

from models.contribution import Contribution, Refusal, Run, Weight

_KINDS = {"offence.reported": 1, "offence.amended": 2, "offence.withdrawn": 3}
_HEADER = struct.Struct("<qIIHqBqHB")
_EDITION = struct.Struct("<Qq")


@lru_cache(maxsize=4096)
def pack_weight(weight: Weight) -> bytes:
    """Length and text of the code, then seven bytes of instant and five of millidays per step."""
    code = weight.code.encode()
    steps = (
        step.until.to_bytes(7, "little", signed=True) + step.millidays.to_bytes(5, "little") for step in weight.steps
    )
    return b"".join((len(code).to_bytes(2, "little"), code, *steps))


def pack_contributions(items: Sequence[Contribution]) -> tuple[bytes, bytes, bytes]:
    """The persons and the weights of the contributions, each once, as msgpack; and every contribution.

    Of each: where it comes from, in numbers; its row (lua/parts/row.lua) without the step; the event_id.
    """
    persons: dict[str, int] = {}
    weights: dict[Weight, int] = {}
    parts: list[bytes] = []
    for offset, event, kind, offender, offence, revision, recorded_at, reported_at, anchor_at, weight in items:
        event_id, offence_id = event.encode(), offence.encode()
        person = persons.setdefault(offender, len(persons) + 1)
        number = weights.setdefault(weight, len(weights) + 1)
        edition = b"" if revision == 1 and reported_at == anchor_at else _EDITION.pack(revision, reported_at)
        rest = edition + offence_id
        head = recorded_at, person, number, len(event_id), offset, _KINDS[kind], anchor_at, len(rest), len(edition)
        parts += _HEADER.pack(*head), rest, event_id
    return _pack_list(list(persons)), _pack_list([pack_weight(weight) for weight in weights]), b"".join(parts)


def _pack_list(texts: Sequence[str | bytes]) -> bytes:
    packed: bytes = msgpack.packb(texts, use_bin_type=False)  # Redis's msgpack knows no other strings
    return packed


def refused_places(run: Run) -> list[int]:
    """Which of a run's records were refused, counted from 1 in their order."""
    if not run.refusals:
        return []
    offsets = [item.offset for item in run.contributions]
    return [bisect(offsets, refusal.offset) + number for number, refusal in enumerate(run.refusals, 1)]


def refusals_text(refusals: Sequence[Refusal]) -> str:
    """The refusals of a run as they stand in its entry."""
    items = [[item.offset, item.reason, item.detail] for item in refusals]
    return json.dumps(items, ensure_ascii=False, separators=(",", ":"))


def pack_instants(instants: Sequence[int]) -> bytes:
    """Those of heartbeats (microseconds), as lua/parts/heartbeats.lua reads them; "" where there are none."""
    packed: bytes = msgpack.packb(list(instants)) if instants else b""
    return packed

"""How the contributions of a run travel to APPLY (lua/parts/record.lua reads the same layout)."""

import json
import struct
from bisect import bisect
from collections.abc import Mapping, Sequence
from functools import lru_cache

import msgpack

from models.contribution import Contribution, Refusal, Run, Weight

PackedValue = str | bytes | int | float | bool | list[int] | None

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


Past = tuple[int, int | None]
"""Of a tick that is repeated its as_of (microseconds) and how many steps it ended; of a heartbeat None."""

_LARGEST = 2**40
"""No count in an entry of ours is larger; what a forged one says need not be a number of Lua's."""


def pack_history(entries: Sequence[Past]) -> bytes:
    """Ticks and heartbeats as lua/parts/history.lua reads them; "" where there are none."""
    if not entries:
        return b""
    flat = (
        item for as_of, drained in entries for item in (as_of, False if drained is None else bounded_count(drained))
    )
    packed: bytes = msgpack.packb(list(flat))
    return packed


def pack_call(arguments: Mapping[str, PackedValue]) -> bytes:
    """The arguments of a verb by name (lua/parts/call.lua); None stands for one that is left out."""
    packed: bytes = msgpack.packb(arguments, use_bin_type=False)
    return packed


def bounded_count(count: int) -> int:
    """What an entry counts (say the steps that it ended), as a number that a script can take."""
    return min(max(count, 0), _LARGEST)

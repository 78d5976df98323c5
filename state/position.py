"""Where a board stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgpack
import redis

from models.answers import Leap
from models.instants import EARLIEST, SECOND
from models.parked import Parked
from models.record import Offset
from state.clocks import ClockSkew, read_clock_skews
from state.connection import fields_of
from state.keys import COUNTED_KEYS, LAYOUT, SORTED_SETS, Keys

_NAMES = (
    "generation",
    "entry",
    "as_of",
    "sequence",
    "published_hash",
    "writing",
    "recovering",
    "pending_ends",
    "policy",
    "layout",
    "entry_as_of",
    "clock",
    "alerts_after",
    "size",
    "exit_rank",
    "sizes",
    "apart",
    "leap",
    "parked",
)
ANSWERS = 5 + len(COUNTED_KEYS)
"""Of a question for a position."""

_NEEDED = {"sequence", "as_of", "entry_as_of", "policy", "clock", "alerts_after", "size", "exit_rank"}


@dataclass(frozen=True, slots=True)
class RebuildProgress:
    """A recovery repeats the journal up to entry `last`, since so many microseconds by the store's clock."""

    last: int
    since_us: int


@dataclass(frozen=True, slots=True)
class Position:
    """What a worker must know of a board before it joins; `generation` None: closed or claimed.

    `entry` None: there is no board, or one that is laid out in another way. `entry_as_of`: the as_of of its newest
    entry. `whole`: nothing was taken from it since the last change, as far as the sizes of its keys can tell.
    `awaited`: the ends that partitions must reach before the baseline; None where none is to come. `parked`: by
    partition. `apart`: whose clocks differ from the store's; `leap`: what both clocks say, where a person has to
    say that it is right. `rebuilding`: how far a recovery has to go that repeats the journal; None: none does.
    """

    generation: str | None
    entry: int | None
    as_of: int
    entry_as_of: int
    sequence: int
    outbox: int
    ledger: dict[int, Offset]
    published_hash: str
    half_written: bool
    whole: bool
    recovering: bool
    awaited: Mapping[int, int] | None
    policy_digest: str
    parked: Mapping[int, Parked]
    apart: tuple[ClockSkew, ...]
    leap: Leap | None
    rebuilding: RebuildProgress | None

    @property
    def awaits_baseline(self) -> bool:
        """Whether no alert goes out before it."""
        return self.awaited is not None

    @property
    def has_begun(self) -> bool:
        """Whether there is a board and its time has moved: a new one stands at the earliest instant there is."""
        return self.entry is not None and self.as_of > EARLIEST


def _ask_sizes(together: "redis.client.Pipeline", keys: Keys) -> None:
    together.hlen(keys["ledger"])
    together.llen(keys["outbox"])
    for name in COUNTED_KEYS:
        together.zcard(keys[name]) if name in SORTED_SETS else together.hlen(keys[name])


def _is_whole(meta: Mapping[str, bytes], sizes: Sequence[object], ledger: Mapping[int, Offset]) -> bool:
    """Whether nothing that is needed is missing, and the sizes are those that lua/parts/board.lua has noted.

    As many offsets as the ledger holds must be numbers.
    """
    partitions, outbox, *persons = sizes
    found = [partitions, outbox, int("pending_ends" in meta), *persons]
    has_sizes = meta.get("sizes", b"").decode() == " ".join(map(str, found))
    return meta.keys() >= _NEEDED and has_sizes and len(ledger) == partitions


def _ledger(answer: Mapping[bytes, bytes] | Exception) -> dict[int, Offset]:
    """Empty where something else lies under its key or in it; such a board is not whole."""
    if isinstance(answer, Exception):
        return {}
    try:
        return {int(key): Offset(int(offset)) for key, offset in answer.items()}
    except ValueError:
        return {}


def _parked(packed: bytes) -> dict[int, Parked]:
    return {int(partition): Parked(*fields) for partition, fields in sorted(msgpack.unpackb(packed).items())}


def _rebuilding(packed: bytes | None, now: int) -> RebuildProgress | None:
    """A claim says no more than that there is one."""
    if packed is None or packed == b"1":
        return None
    last, since = msgpack.unpackb(packed)
    return RebuildProgress(last, now - since)


def _ends(packed: bytes) -> dict[int, int]:
    return {int(partition): end for partition, end in msgpack.unpackb(packed).items()}


def read_position(client: redis.Redis, keys: Keys) -> Position:
    """The position at one moment."""
    with client.pipeline() as together:
        ask_position(together, keys)
        return position_of(together.execute(raise_on_error=False))


def ask_position(together: "redis.client.Pipeline", keys: Keys) -> None:
    """Asks for what `position_of` reads, as ANSWERS commands."""
    together.hmget(keys["meta"], _NAMES)
    together.hgetall(keys["ledger"])
    together.time()
    _ask_sizes(together, keys)


def position_of(answers: Sequence[Any]) -> Position:
    """The position of these answers; where something else stands in the place of the board's own key there is none."""
    answered, ledger, time, *sizes = answers
    fields = fields_of(answered, len(_NAMES))
    meta = {name: value for name, value in zip(_NAMES, fields, strict=True) if value is not None}
    now = time[0] * SECOND + time[1]
    try:
        return _position(meta, _ledger(ledger), now, sizes)
    except (ValueError, TypeError, msgpack.UnpackException):  # something else stands there: such a board is none
        return _position({}, {}, now, sizes)


def _position(meta: Mapping[str, bytes], ledger: dict[int, Offset], now: int, sizes: Sequence[Any]) -> Position:
    recovering, readable = "recovering" in meta, meta.get("layout") == LAYOUT
    return Position(
        generation=None if recovering or "generation" not in meta else meta["generation"].decode(),
        entry=int(meta["entry"]) if readable and "entry" in meta else None,
        as_of=int(meta.get("as_of", 0)),
        entry_as_of=int(meta.get("entry_as_of", 0)),
        sequence=int(meta.get("sequence", 0)),
        outbox=sizes[1] if isinstance(sizes[1], int) else 0,
        ledger=ledger,
        published_hash=meta.get("published_hash", b"").decode(),
        half_written="writing" in meta,
        whole=_is_whole(meta, sizes, ledger),
        recovering=recovering,
        awaited=_ends(meta["pending_ends"]) if "pending_ends" in meta else None,
        policy_digest=meta.get("policy", b"").decode(),
        parked=_parked(meta["parked"]) if "parked" in meta else {},
        apart=read_clock_skews(meta.get("apart"), now),
        leap=Leap(*msgpack.unpackb(meta["leap"])) if "leap" in meta else None,
        rebuilding=_rebuilding(meta.get("recovering"), now),
    )

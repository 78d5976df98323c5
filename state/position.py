"""Where a board stands."""

from dataclasses import dataclass

import msgpack
import redis

from models.answers import Braked
from state.keys import LAYOUT, Keys

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
    "braked",
    "layout",
)


@dataclass(frozen=True, slots=True)
class Position:
    """What a worker must know of a board before it joins; `generation` None: closed or claimed.

    `entry` None: there is no board, or one that is laid out in another way.
    """

    generation: str | None
    entry: int | None
    as_of: int
    sequence: int
    outbox: int
    ledger: dict[int, int]
    published_hash: str
    half_written: bool
    recovering: bool
    awaits_baseline: bool
    policy_digest: str
    braked: Braked | None


def read_position(client: redis.Redis, keys: Keys) -> Position:
    """The position at one moment."""
    with client.pipeline() as together:
        together.hmget(keys["meta"], _NAMES)
        together.hgetall(keys["ledger"])
        together.llen(keys["outbox"])
        fields, ledger, outbox = together.execute()
    meta = {name: value for name, value in zip(_NAMES, fields, strict=True) if value is not None}
    recovering, readable = "recovering" in meta, meta.get("layout") == LAYOUT
    return Position(
        generation=None if recovering or "generation" not in meta else meta["generation"].decode(),
        entry=int(meta["entry"]) if readable and "entry" in meta else None,
        as_of=int(meta.get("as_of", 0)),
        sequence=int(meta.get("sequence", 0)),
        outbox=outbox,
        ledger={int(partition): int(offset) for partition, offset in ledger.items()},
        published_hash=meta.get("published_hash", b"").decode(),
        half_written="writing" in meta,
        recovering=recovering,
        awaits_baseline="pending_ends" in meta,
        policy_digest=meta.get("policy", b"").decode(),
        braked=Braked(*msgpack.unpackb(meta["braked"])) if "braked" in meta else None,
    )

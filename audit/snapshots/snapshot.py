"""A snapshot: where a board stood after an entry, and what happened since the one before; as bytes and back."""

import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

import msgspec

from models.errors import Damaged
from models.policy import Policy
from scoring.person import RankKey
from scoring.resumed_engine import EngineState

_DIGEST_BYTES = 32
_QUICKLY = 1
_Kind = TypeVar("_Kind")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The first of the ranking, and whose steps end next; with the rows of people that is enough to say the rest.

    `hash` is the entry's in the chain, `next_offset` that of the journal's next record. `policies` were in force one
    after the other, as documents; `contributions` became known under the last of them. `order` are the rank keys of
    the first, `ends` instant and id of those whose steps end next; they are all where there are `ranked` and `waiting`
    of them.
    """

    hash: str
    next_offset: int
    policies: Sequence[dict[str, Any]]  # Any: JSON
    contributions: int
    state: EngineState
    ranked: int
    order: Sequence[RankKey]
    waiting: int
    ends: Sequence[tuple[int, bytes]]

    @property
    def entry(self) -> int:
        """The number of the entry."""
        return self.state.entry

    @property
    def is_whole(self) -> bool:
        """Whether everybody who is ranked stands in `order`."""
        return self.ranked == len(self.order)

    def knows_ends_until(self, instant: int) -> bool:
        """Whether `ends` names everyone of whom a step ends up to an instant."""
        return self.waiting == len(self.ends) or (bool(self.ends) and instant < self.ends[-1][0])

    def policies_then(self) -> list[Policy]:
        """The policies as they are used."""
        return [Policy.from_document(document) for document in self.policies]


class KeptMove(NamedTuple):
    """Somebody entered the band, or left it."""

    as_of: int
    sequence: int
    offender_id: str
    entered: bool


@dataclass(frozen=True, slots=True)
class Interval:
    """What happened from behind one snapshot, that of entry `behind`, up to another one's entry.

    `tellings`: of each contribution when it became known, and whose it is. All of it happened under one policy, but
    for a last entry that puts another one in force.
    """

    behind: int
    entry: int
    hash: str
    next_offset: int
    as_of: int
    tellings: Sequence[tuple[int, bytes]]
    moves: Sequence[KeptMove]


def pack(value: Snapshot | Interval) -> bytes:
    """Its bytes: plain values and their SHA-256, never code."""
    content = msgspec.msgpack.encode(value)
    return hashlib.sha256(content).digest() + zlib.compress(content, _QUICKLY)


def unpack(packed: bytes, kind: type[_Kind]) -> _Kind:
    """What the bytes hold. Raises Damaged."""
    try:
        content = zlib.decompress(packed[_DIGEST_BYTES:])
        if hashlib.sha256(content).digest() != packed[:_DIGEST_BYTES]:
            raise Damaged("a snapshot is not as it was written")
        return msgspec.msgpack.decode(content, type=kind)
    except (zlib.error, msgspec.DecodeError) as error:
        raise Damaged(f"a snapshot is not as it was written ({error})") from error

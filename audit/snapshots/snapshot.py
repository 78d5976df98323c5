"""A snapshot: what the reference engine remembered after one entry of a journal, as bytes and back."""

import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from models.errors import Damaged
from models.policy import Policy
from scoring.engine_state import EngineState

_DIGEST_BYTES = 32
_QUICKLY = 1


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`hash` is the entry's in the chain, `next_offset` that of the journal's next record.

    `policies` were in force one after the other, as documents.
    """

    hash: str
    next_offset: int
    policies: Sequence[dict[str, Any]]  # Any: JSON
    memory: EngineState

    @property
    def entry(self) -> int:
        """The number of the entry."""
        return self.memory.entry

    def policies_then(self) -> list[Policy]:
        """The policies as they are used."""
        return [Policy.from_document(document) for document in self.policies]


def pack(snapshot: Snapshot) -> bytes:
    """Its bytes: plain values and their SHA-256, never code."""
    content = msgspec.msgpack.encode(snapshot)
    return hashlib.sha256(content).digest() + zlib.compress(content, _QUICKLY)


def unpack(packed: bytes) -> Snapshot:
    """The snapshot in the bytes. Raises Damaged."""
    try:
        content = zlib.decompress(packed[_DIGEST_BYTES:])
        if hashlib.sha256(content).digest() != packed[:_DIGEST_BYTES]:
            raise Damaged("a snapshot is not as it was written")
        return msgspec.msgpack.decode(content, type=Snapshot)
    except (zlib.error, msgspec.DecodeError) as error:
        raise Damaged(f"a snapshot is not as it was written ({error})") from error

"""A tombstone: says, signed, that a key was destroyed; without one a key that is gone is a fault."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from models.canonical import canonical_json
from models.checkpoint import Hash, Signature

KeyId = Annotated[str, Field(pattern="^[0-9a-f]{32}$")]


class Tombstone(BaseModel):
    """Which key was destroyed, when and why; nothing in it tells whose it was.

    `public_key` and `signature` are Ed25519, in hex; the signature is over everything else.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, title="erasures.v1")

    board: str
    key_id: KeyId
    reason: Annotated[str, Field(min_length=1, max_length=500)]
    erased_at: str
    public_key: Hash
    signature: Signature

    @property
    def text(self) -> str:
        """What the signature is over; its first line says what was signed."""
        return "harmwatch erasure\n" + canonical_json(self.model_dump(exclude={"signature"})).decode()

"""A checkpoint: what the journal and the alerts were at some moment, signed, so that nobody can say otherwise later."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Hash = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Signature = Annotated[str, Field(pattern="^[0-9a-f]{128}$")]


class Checkpoint(BaseModel):
    """The journal's newest entry and its hash, and the Merkle root of the `alerts` records of alerts.v1 up to it.

    `public_key` and `signature` are Ed25519, in hex; the signature is over everything else.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, title="checkpoints.v1")

    board: str
    entry: Annotated[int, Field(ge=1)]
    head: Hash
    as_of: str
    alerts: Annotated[int, Field(ge=0)]
    root: Hash
    time: str
    public_key: Hash
    signature: Signature

    def signed_content(self) -> dict[str, object]:
        """What the signature is over."""
        return self.model_dump(exclude={"signature"})

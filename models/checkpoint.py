"""A checkpoint: what the journal and the alerts were at some moment, signed, so that no one can say otherwise later."""

import base64
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

from models.signed_note import NoteSignature, SignedNote, key_id, verifier_key

Hash = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Signature = Annotated[str, Field(pattern="^[0-9a-f]{128}$")]

UNSIGNED = "0" * 128
"""Stands where a signature is still to come."""

_ORIGIN = "harmwatch/"
_FIXED = "topic "
_OURS = ("entry", "head", "as_of", "time", "public_key")
"""What the lines behind the root begin with, in their order: extension lines, in the specification's words."""


class FixedTopic(BaseModel):
    """What lay on a topic that nobody can compute again: up to which offset, and SHA-256 over its records."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    topic: Annotated[str, Field(pattern="^[a-z0-9.-]+$")]
    end: Annotated[int, Field(ge=0)]
    digest: Hash

    @property
    def line(self) -> str:
        """As it stands in a checkpoint."""
        return f"{_FIXED}{self.topic} {self.end} {self.digest}"

    @classmethod
    def read(cls, line: str) -> Self:
        """Raises ValueError."""
        topic, end, digest = line.removeprefix(_FIXED).split(" ")
        return cls(topic=topic, end=int(end), digest=digest)


class Checkpoint(BaseModel):
    """The journal's newest entry and its hash, and the Merkle root of the `alerts` records of alerts.v1 up to it.

    `topics`: what lay on those that nobody can compute again, as far as the installation has them.

    Written it is a signed note (c2sp.org/tlog-checkpoint), whose origin, and the name of whose key, is
    `harmwatch/<board>`. `public_key` and `signature` are Ed25519, in hex here; the signature is over the note's text.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, title="checkpoints.v1")

    board: Annotated[str, Field(pattern="^[A-Za-z0-9._-]+$")]
    entry: Annotated[int, Field(ge=1)]
    head: Hash
    as_of: str
    alerts: Annotated[int, Field(ge=0)]
    root: Hash
    time: str
    topics: tuple[FixedTopic, ...] = ()
    public_key: Hash
    signature: Signature

    @classmethod
    def read(cls, content: bytes) -> Self:
        """The checkpoint that a note is, whichever keys signed it beside the one that it names. Raises ValueError."""
        note = SignedNote.read(content)
        origin, size, root, *lines = note.text[:-1].split("\n")
        fixed = [line for line in lines if line.startswith(_FIXED)]
        named = dict(line.split(" ", 1) for line in lines if line not in fixed)
        signature = note.signature_of(origin, bytes.fromhex(named["public_key"])) if "public_key" in named else None
        if signature is None:
            raise ValueError("the key that it names has not signed it")
        checkpoint = cls.model_validate(
            named | {
                "board": origin.removeprefix(_ORIGIN), "entry": int(named.get("entry", 0)), "alerts": int(size),
                "root": base64.b64decode(root).hex(), "signature": signature.hex(),
                "topics": tuple(map(FixedTopic.read, fixed)),
            }
        )  # fmt: skip
        if checkpoint.text != note.text:  # one text for one content
            raise ValueError("not as it is written")
        return checkpoint

    @property
    def origin(self) -> str:
        """Which log it is of."""
        return _ORIGIN + self.board

    @property
    def text(self) -> str:
        """What the signature is over."""
        root = base64.b64encode(bytes.fromhex(self.root)).decode()
        named = [f"{name} {getattr(self, name)}" for name in _OURS]
        lines = [self.origin, str(self.alerts), root, *named, *(topic.line for topic in self.topics)]
        return "\n".join(lines) + "\n"

    @property
    def note(self) -> bytes:
        """How it is written."""
        public = bytes.fromhex(self.public_key)
        ours = NoteSignature(self.origin, key_id(self.origin, public), bytes.fromhex(self.signature))
        return SignedNote(self.text, (ours,)).content

    @property
    def verifier_key(self) -> str:
        """The key that it names, as tools take it that check notes."""
        return verifier_key(self.origin, bytes.fromhex(self.public_key))


def is_older_checkpoint(content: bytes) -> bool:
    """Whether it looks like one of the JSON documents that checkpoints were before they were notes."""
    return content.lstrip().startswith(b"{") and b'"head"' in content and b'"signature"' in content

"""A signed note (c2sp.org/signed-note): a text, an empty line, and one line for each signature under it."""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Self

_ED25519 = b"\x01"
_DASH = "\N{EM DASH} "
_ID_BYTES = 4


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """Who signed: a name and the `key_id` (4 bytes) of one of its keys; `signature` is 64 bytes for Ed25519."""

    name: str
    key_id: bytes
    signature: bytes

    @property
    def line(self) -> str:
        """How it stands in a note, line end included."""
        return f"{_DASH}{self.name} {base64.b64encode(self.key_id + self.signature).decode()}\n"


@dataclass(frozen=True, slots=True)
class SignedNote:
    """`text` ends with a line end, and is what the signatures are over."""

    text: str
    signatures: tuple[NoteSignature, ...]

    @classmethod
    def read(cls, content: bytes) -> Self:
        """The note that these bytes are; whether anybody's signature holds is not looked at. Raises ValueError."""
        decoded = content.decode()
        if any(letter < " " and letter != "\n" for letter in decoded):
            raise ValueError("a control character")
        text, gap, lines = decoded.rpartition("\n\n")
        if not gap or not lines.endswith("\n"):
            raise ValueError("no signatures")
        return cls(text + "\n", tuple(_signature(line) for line in lines[:-1].split("\n")))

    @property
    def content(self) -> bytes:
        """Its bytes."""
        return "".join([self.text, "\n", *(signature.line for signature in self.signatures)]).encode()

    def signature_of(self, name: str, public: bytes) -> bytes | None:
        """What stands there as the signature by a key (Ed25519, 32 bytes); those of others may stand beside it."""
        wanted = name, key_id(name, public)
        return next((each.signature for each in self.signatures if (each.name, each.key_id) == wanted), None)


def key_id(name: str, public: bytes) -> bytes:
    """Which key of a name it is: 4 bytes, no secret and no proof."""
    # Four bytes choose a key and prove none; the whole key stands in a line of its own in the note (decision 0020).
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + public).digest()[:_ID_BYTES]


def verifier_key(name: str, public: bytes) -> str:
    """A public key as those tools take it that check notes."""
    return f"{name}+{key_id(name, public).hex()}+{base64.b64encode(_ED25519 + public).decode()}"


def notes_in(content: bytes) -> Iterator[bytes]:
    """The notes of a file that holds one behind the other: each ends with the signatures that stand together."""
    note, before = b"", b""
    for line in BytesIO(content):
        if before.startswith(_DASH.encode()) and not line.startswith(_DASH.encode()):
            yield note
            note = b""
        note, before = note + line, line
    yield note


def _signature(line: str) -> NoteSignature:
    name, gap, encoded = line.removeprefix(_DASH).rpartition(" ")
    raw = base64.b64decode(encoded, validate=True)
    signature = NoteSignature(name, raw[:_ID_BYTES], raw[_ID_BYTES:])
    if not gap or not name or not signature.signature or signature.line != f"{line}\n":
        raise ValueError("a line that is no signature")
    return signature

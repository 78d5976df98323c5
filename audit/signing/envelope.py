"""A signed envelope (DSSE 1.0): a payload of a type, and who signed both together."""

import base64
from typing import Annotated, Literal, Self

from pydantic import Field

from audit.signing.document import Document
from audit.signing.keys import SigningKey
from models.checkpoint import Hash
from sealing.signatures import is_signed

STATEMENT_TYPE: Literal["application/vnd.in-toto+json"] = "application/vnd.in-toto+json"


class EnvelopeSignature(Document):
    """`keyid` is the public key itself (32 bytes in hex), `sig` its Ed25519 signature in base64."""

    keyid: Hash
    sig: str


class Envelope(Document):
    """Of an in-toto statement; `payload` in base64. Others' envelopes may hold several signatures, ours hold one."""

    payload: str
    payload_type: Literal["application/vnd.in-toto+json"] = Field(alias="payloadType")
    signatures: Annotated[list[EnvelopeSignature], Field(min_length=1, max_length=1)]

    @classmethod
    def sign(cls, payload: bytes, key: SigningKey) -> Self:
        """The envelope of a payload."""
        signature = bytes.fromhex(key.sign(_pae(payload)))
        return cls(
            payload=_base64(payload),
            payloadType=STATEMENT_TYPE,
            signatures=[EnvelopeSignature(keyid=key.public, sig=_base64(signature))],
        )

    @property
    def content(self) -> bytes:
        """The payload's bytes. Raises ValueError where it is not written as we write base64."""
        return _bytes(self.payload)

    @property
    def public_key(self) -> str:
        """Who signed it, as it says itself; in hex."""
        return self.signatures[0].keyid

    @property
    def is_genuine(self) -> bool:
        """Whether the holder of the key that it names signed it."""
        try:
            signature = _bytes(self.signatures[0].sig)
        except ValueError:
            return False
        return is_signed(self.public_key, _pae(self.content), signature.hex())


def _pae(payload: bytes) -> bytes:
    """What a signature is over: DSSE's pre-authentication encoding."""
    return b"DSSEv1 %d %b %d %b" % (len(STATEMENT_TYPE), STATEMENT_TYPE.encode(), len(payload), payload)


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _bytes(text: str) -> bytes:
    content = base64.b64decode(text, validate=True)
    if _base64(content) != text:  # else spare bits could change unseen
        raise ValueError("is not base64 as it is written here")
    return content

"""Signatures of webhooks, after Standard Webhooks: HMAC-SHA-256 (`v1`) and Ed25519 (`v1a`) over id, time and body."""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from models.errors import WrongUse

_SHORTEST, _LONGEST = 24, 64
_SEED = 32
_SYMMETRIC, _PRIVATE, _PUBLIC = "whsec_", "whsk_", "whpk_"


class Key(Protocol):
    """Signs."""

    def sign(self, content: bytes) -> str:
        """The signature with its version, as one word."""


@dataclass(frozen=True, slots=True, repr=False)
class SharedKey:
    """The receiver has the same."""

    secret: bytes

    def sign(self, content: bytes) -> str:
        """`v1,...`."""
        return f"v1,{_text(hmac.digest(self.secret, content, hashlib.sha256))}"


@dataclass(frozen=True, slots=True, repr=False)
class PrivateKey:
    """The receiver has the public part alone, and can forge nothing."""

    key: Ed25519PrivateKey

    def sign(self, content: bytes) -> str:
        """`v1a,...`."""
        return f"v1a,{_text(self.key.sign(content))}"


def new_shared_key() -> str:
    """The text of a key that the receiver has as well."""
    return _SYMMETRIC + _text(secrets.token_bytes(_SEED))


def new_key_pair() -> tuple[str, str]:
    """The texts of a private key (Ed25519) and of its public part, for the receiver."""
    private = Ed25519PrivateKey.generate()
    return _PRIVATE + _text(private.private_bytes_raw()), _PUBLIC + _text(private.public_key().public_bytes_raw())


def read_key(text: str) -> Key:
    """The key that a file holds. Raises WrongUse, which says nothing of what the file holds."""
    for prefix in (_SYMMETRIC, _PRIVATE):
        if text.startswith(prefix):
            try:
                content = base64.b64decode(text.removeprefix(prefix), validate=True)
            except binascii.Error as error:
                raise WrongUse(f"behind {prefix} stands no base64") from error
            return _shared(content) if prefix == _SYMMETRIC else _private(content)
    raise WrongUse(f"it begins neither with {_SYMMETRIC} nor with {_PRIVATE}")


def _shared(content: bytes) -> SharedKey:
    if not _SHORTEST <= len(content) <= _LONGEST:
        raise WrongUse(f"it has {len(content)} bytes: {_SHORTEST} to {_LONGEST} are needed")
    return SharedKey(content)


def _private(content: bytes) -> PrivateKey:
    """The 32 bytes of the seed; some tools write the public key behind it."""
    if len(content) not in {_SEED, 2 * _SEED}:
        raise WrongUse(f"it has {len(content)} bytes: an Ed25519 key has {_SEED}")
    return PrivateKey(Ed25519PrivateKey.from_private_bytes(content[:_SEED]))


def signed_headers(identity: str, at_seconds: int, body: bytes, keys: Sequence[Key]) -> dict[str, str]:
    """The three headers of a request: every key signs exactly the bytes that are sent."""
    named = identity.replace("%", "%25").replace(".", "%2E")  # a dot ends the id in what is signed
    content = f"{named}.{at_seconds}.".encode() + body
    return {
        "webhook-id": named,
        "webhook-timestamp": str(at_seconds),
        "webhook-signature": " ".join(key.sign(content) for key in keys),
    }


def _text(signature: bytes) -> str:
    return base64.b64encode(signature).decode()

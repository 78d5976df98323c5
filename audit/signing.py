"""Keys and signatures: Ed25519. A private file holds the public key too, so that a damaged one is noticed."""

import base64
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from models.canonical import canonical_json
from models.errors import Unproved, WrongUse

PRIVATE_NAME = "harmwatch-private.pem"
PUBLIC_NAME = "harmwatch-public.pem"
_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key. `public` names it: the 32 bytes of its public key in hex."""

    private: Ed25519PrivateKey
    public: str

    def sign(self, kind: str, content: object) -> str:
        """The signature in hex; one made for a kind of document is none for another kind."""
        return self.private.sign(_message(kind, content)).hex()


def new_keys(folder: Path) -> tuple[Path, Path]:
    """Writes a private file (mode 0600) and a public file. Raises WrongUse when one of them is there already."""
    private = Ed25519PrivateKey.generate()
    files = folder / PRIVATE_NAME, folder / PUBLIC_NAME
    there = [str(file) for file in files if file.exists()]
    if there:
        raise WrongUse(f"{there[0]} is there already; keys are never overwritten: choose another --dir")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file, content, mode in zip(
            files, (_private_pem(private), _public_pem(private)), (0o600, 0o644), strict=True
        ):
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as out:
                out.write(content)
    except OSError as error:
        raise WrongUse(f"{folder} cannot be written: {error.strerror}") from error
    return files


def load_signing_key(path: Path) -> SigningKey:
    """The key of a private file. Raises WrongUse when there is none, Unproved when it is damaged."""
    content = read_small_file(path)
    private = Ed25519PrivateKey.from_private_bytes(_raw_key(content))
    if _private_pem(private) != content:
        raise Unproved(f"{path} is not a private key of `harmwatch keys new`, or is damaged")
    return SigningKey(private, private.public_key().public_bytes_raw().hex())


def load_public_key(path: Path) -> str:
    """The public key of a public file, in hex. Raises WrongUse when there is none, Unproved when it is damaged."""
    content = read_small_file(path)
    public = Ed25519PublicKey.from_public_bytes(_raw_key(content))
    if _pem(public) != content:
        raise Unproved(f"{path} is not a public key of `harmwatch keys new`, or is damaged")
    return public.public_bytes_raw().hex()


def is_signed(public: str, kind: str, content: object, signature: str) -> bool:
    """Whether the signature over a document of this kind was made by the holder of the key."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
        key.verify(bytes.fromhex(signature), _message(kind, content))
    except (InvalidSignature, ValueError):
        return False
    return True


def read_small_file(path: Path) -> bytes:
    """The bytes of a file. Raises WrongUse when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise WrongUse(f"{path} cannot be read: {error.strerror}") from error


def _raw_key(pem: bytes) -> bytes:
    """The last 32 bytes of what the first PEM block holds; zeros where there are none.

    Whether they are a key is decided by writing it again: only then does every byte of a file count.
    """
    try:
        raw = base64.b64decode(pem.split(b"\n")[1])[-_KEY_BYTES:]
    except (IndexError, ValueError):
        raw = b""
    return raw.rjust(_KEY_BYTES, b"\0")


def _message(kind: str, content: object) -> bytes:
    return f"harmwatch {kind}\n".encode() + canonical_json(content)


def _private_pem(key: Ed25519PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + _public_pem(key)


def _public_pem(key: Ed25519PrivateKey) -> bytes:
    return _pem(key.public_key())


def _pem(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

"""Who signed something: public keys in their files, and signatures held against them (Ed25519)."""

from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from models.errors import Unproved, WrongUse


def load_public_key(path: Path) -> str:
    """The public key of a public file, in hex. Raises WrongUse when there is none, Unproved when it is damaged."""
    content = read_small_file(path)
    try:
        public = load_pem_public_key(content)
    except (ValueError, UnsupportedAlgorithm):
        public = None
    # Written again it must be the same: else a byte that PEM does not care for could change unseen.
    if not isinstance(public, Ed25519PublicKey) or pem(public) != content:
        raise Unproved(f"{path} is not a public key of `harmwatch keys new`, or is damaged")
    return public.public_bytes_raw().hex()


def is_signed(public: str, signed: bytes, signature: str) -> bool:
    """Whether the holder of the key made the signature over these bytes; both are in hex."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(signature), signed)
    except (InvalidSignature, ValueError):
        return False
    return True


def read_small_file(path: Path) -> bytes:
    """The bytes of a file. Raises WrongUse when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise WrongUse(f"{path} cannot be read: {error.strerror}") from error


def pem(key: Ed25519PublicKey) -> bytes:
    """A public key as its file holds it."""
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

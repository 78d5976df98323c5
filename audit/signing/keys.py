"""Keys and signatures: Ed25519. A private file holds the public key too, so that a damaged one is noticed."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InternalError, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from models.errors import Unproved, WrongUse
from sealing.signatures import pem, read_small_file

PRIVATE_NAME = "harmwatch-private.pem"
PUBLIC_NAME = "harmwatch-public.pem"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key. `public` names it: the 32 bytes of its public key in hex."""

    private: Ed25519PrivateKey
    public: str

    def sign(self, signed: bytes) -> str:
        """The signature in hex. What is signed says first of what kind it is: one of them never passes for another."""
        return self.private.sign(signed).hex()


def new_keys(folder: Path) -> tuple[Path, Path]:
    """Writes a private file (mode 0600) and a public file. Raises WrongUse when one of them is there already."""
    private = Ed25519PrivateKey.generate()
    files = folder / PRIVATE_NAME, folder / PUBLIC_NAME
    write_keys({files[0]: (_private_pem(private), 0o600), files[1]: (_public_pem(private), 0o644)})
    return files


def write_keys(files: Mapping[Path, tuple[bytes, int]]) -> None:
    """Writes files with their modes, all in one folder. Raises WrongUse when one of them is there already."""
    there = [str(file) for file in files if file.exists()]
    if there:
        raise WrongUse(f"{there[0]} is there already; keys are never overwritten: choose another --dir")
    folder = next(iter(files)).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file, (content, mode) in files.items():
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as out:
                out.write(content)
    except OSError as error:
        raise WrongUse(f"{folder} cannot be written: {error.strerror}") from error


def load_signing_key(path: Path) -> SigningKey:
    """The key of a private file. Raises WrongUse when there is none, Unproved when it is damaged."""
    content = read_small_file(path)
    try:
        private = load_pem_private_key(content, None)
    except (ValueError, TypeError, UnsupportedAlgorithm, InternalError):
        # TypeError: a password is asked for; InternalError: a key as long as none of its kind is.
        private = None
    if not isinstance(private, Ed25519PrivateKey) or _private_pem(private) != content:
        raise Unproved(f"{path} is not a private key of `harmwatch keys new`, or is damaged")
    return SigningKey(private, private.public_key().public_bytes_raw().hex())


def _private_pem(key: Ed25519PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + _public_pem(key)


def _public_pem(key: Ed25519PrivateKey) -> bytes:
    return pem(key.public_key())

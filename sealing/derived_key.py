"""Keys for one purpose each, all from one secret."""

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def derived_key(secret: str, length: int, purpose: str) -> bytes:
    """So many bytes, of which nobody without the secret knows any; another purpose gives others."""
    return HKDF(SHA256(), length, None, purpose.encode()).derive(secret.encode())

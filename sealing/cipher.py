"""Seals and opens texts under one key: AES-256-GCM, and the same text at the same place is always the same token.

The nonce is a MAC over place and text. So one nonce can only come again with the very same text at the very same
place, also where an entry that nobody had published is applied anew and comes out otherwise.
"""

import hashlib
import hmac

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from models.key_store import SECRET_BYTES, Key
from models.token import Token

NONCE_BYTES, TAG_BYTES = 12, 16


class Cipher:
    """Works under `key`; a token opens at no other place than the one that it was sealed for."""

    def __init__(self, key: Key) -> None:
        self._key_id = key.id
        self._aead = AESGCM(_derived(key, b"encryption"))
        self._nonces = _derived(key, b"nonces")

    def seal(self, place: str, text: str) -> str:
        """The token of a text, as it is written."""
        where, clear = place.encode(), text.encode()
        message = len(where).to_bytes(4, "big") + where + clear
        nonce = hmac.digest(self._nonces, message, hashlib.sha256)[:NONCE_BYTES]
        return Token(self._key_id, nonce + self._aead.encrypt(nonce, clear, where)).text

    def open(self, place: str, token: Token) -> str | None:
        """The text of a token; None when it was not sealed under this key for this place."""
        nonce, sealed = token.content[:NONCE_BYTES], token.content[NONCE_BYTES:]
        try:
            return self._aead.decrypt(nonce, sealed, place.encode()).decode()
        except InvalidTag:
            return None


def _derived(key: Key, purpose: bytes) -> bytes:
    return HKDF(SHA256(), SECRET_BYTES, None, b"harmwatch sealing " + purpose).derive(key.secret)

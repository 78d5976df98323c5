"""Seals and opens texts under one key: AES-SIV (RFC 5297). The same text at the same place is always the same token.

There is no nonce to repeat: an entry that nobody had published may be applied again and come out otherwise.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from models.key_store import Key
from models.token import Token

TAG_BYTES = 16
"""What a token's content is longer than its text."""

_KEY_BYTES = 64


class Cipher:
    """Works under `key`; a token opens at no other place than the one that it was sealed for."""

    def __init__(self, key: Key) -> None:
        self._key_id = key.id
        self._siv = AESSIV(HKDF(SHA256(), _KEY_BYTES, None, b"harmwatch sealing AES-SIV").derive(key.secret))

    def seal(self, place: str, text: str) -> str:
        """The token of a text, as it is written; `text` has at least one letter."""
        return Token(self._key_id, self._siv.encrypt(text.encode(), [place.encode()])).text

    def open(self, place: str, token: Token) -> str | None:
        """The text of a token; None when it was not sealed under this key for this place."""
        try:
            return self._siv.decrypt(token.content, [place.encode()]).decode()
        except InvalidTag:
            return None

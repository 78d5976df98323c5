"""What a page showed when somebody acted: it goes out with a form under a seal, and comes back as it was."""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error

_TAG_BYTES = 32
LONGEST_SEEN = 200_000
"""Of the form's field: a basis has up to 200 offences, whose ids have up to 128 characters each."""


class FormSeal:
    """Seals for as long as this process runs: a form that is older is read again by its officer."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)

    def seal(self, content: bytes) -> str:
        """For a field of the form."""
        return urlsafe_b64encode(self._tag(content) + content).decode()

    def open(self, text: str) -> bytes | None:
        """What it was; None: it was not made here."""
        try:
            told = urlsafe_b64decode(text.encode("ascii")) if len(text) <= LONGEST_SEEN else b""
        except (Error, ValueError):
            return None
        tag, content = told[:_TAG_BYTES], told[_TAG_BYTES:]
        return content if hmac.compare_digest(tag, self._tag(content)) else None

    def _tag(self, content: bytes) -> bytes:
        return hmac.digest(self._secret, content, hashlib.sha256)

"""What a page showed when somebody acted: it goes out with a form under a seal, and comes back as it was."""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from typing import Self

from console.console_key import KEY_BYTES, console_key
from runtime.settings import Settings

_TAG_BYTES = 32
OLDER = (
    "This form is older than the console, or another officer's. It was not written now; whether it was written before, "
    "the page says: read it, then send it."
)
LONGEST_SEEN = 200_000
"""Of the form's field: a basis has up to 200 offences, whose ids have up to 128 characters each."""


class FormSeal:
    """Under a key; without one under its own, which nobody else has and which ends with this process."""

    def __init__(self, key: bytes | None = None) -> None:
        self._key = key or secrets.token_bytes(KEY_BYTES)

    @classmethod
    def of(cls, settings: Settings, what: str) -> Self:
        """For forms of one kind. Where the settings name a secret, every console of the board knows them, also after
        it was started again: what was sent to one can be sent again to any. Raises NotAllowed.
        """
        return cls(console_key(settings, f"form {what}"))

    def seal(self, content: bytes) -> str:
        """For a field of the form."""
        return urlsafe_b64encode(self._tag(content) + content).decode()

    def open(self, text: str) -> bytes | None:
        """What it was; None: it was not made here."""
        try:
            sealed = urlsafe_b64decode(text.encode("ascii")) if len(text) <= LONGEST_SEEN else b""
        except (Error, ValueError):
            return None
        tag, content = sealed[:_TAG_BYTES], sealed[_TAG_BYTES:]
        return content if hmac.compare_digest(tag, self._tag(content)) else None

    def _tag(self, content: bytes) -> bytes:
        return hmac.digest(self._key, content, hashlib.sha256)

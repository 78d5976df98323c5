"""Names for rows in a page, by which nobody is known outside of it."""

import hashlib
import secrets
from base64 import urlsafe_b64encode
from functools import lru_cache

_BYTES = 9
_REMEMBERED = 4_096


class RowKeys:
    """An id's key is the same as long as this process runs, and another one afterwards."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)
        self.key = lru_cache(_REMEMBERED)(self._key)

    def _key(self, offender_id: str) -> str:
        digest = hashlib.blake2b(offender_id.encode(), key=self._secret, digest_size=_BYTES).digest()
        return urlsafe_b64encode(digest).decode()

"""Handles: how a person is named in an address, which proxies and browsers keep, and marks: how in the access log.

Both are made under the console's secret. The same person has always the same handle and the same mark.
"""

import base64
import binascii

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

from sealing.derived_key import derived_key

LONGEST_HANDLE = 1_024
_SIV_BYTES, _MARK_BYTES, _MARK_LETTERS = 64, 32, 32


class Handles:
    """Those of one secret."""

    def __init__(self, secret: str) -> None:
        self._siv = AESSIV(derived_key(secret, _SIV_BYTES, "harmwatch console handles AES-SIV"))
        self._mark_key = derived_key(secret, _MARK_BYTES, "harmwatch access-log marks HMAC-SHA256")

    def handle(self, offender_id: str) -> str:
        """Letters, digits, dashes and underscores that only this secret opens."""
        return base64.urlsafe_b64encode(self._siv.encrypt(offender_id.encode(), [])).decode().rstrip("=")

    def open(self, handle: str) -> str | None:
        """Whom a handle names; None: it was made under another secret, or by nobody."""
        if not handle.isascii() or len(handle) > LONGEST_HANDLE:
            return None
        try:
            sealed = base64.b64decode(handle + "=" * (-len(handle) % 4), altchars=b"-_", validate=True)
            offender_id = self._siv.decrypt(sealed, []).decode()
        except (binascii.Error, InvalidTag, ValueError):
            return None
        return offender_id if self.handle(offender_id) == handle else None

    def mark(self, offender_id: str) -> str:
        """Hex digits that nobody can open: who has the secret can say whether they are somebody's."""
        mac = HMAC(self._mark_key, SHA256())
        mac.update(offender_id.encode())
        return mac.finalize().hex()[:_MARK_LETTERS]

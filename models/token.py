"""A token: what stands in the place of a sealed text, `sealed:<key id>:<content>`."""

import base64
import re
from dataclasses import dataclass
from typing import Self

_MARK = "sealed:"
_FORM = re.compile(_MARK + r"([0-9a-f]{32}):([A-Za-z0-9_-]{23,})")
"""A tag of 16 bytes and a text of one make 23 letters."""


@dataclass(frozen=True, slots=True)
class Token:
    """`key_id` is the fingerprint of the key; `content` is tag and ciphertext, as AES-SIV has them."""

    key_id: str
    content: bytes

    @classmethod
    def read(cls, text: str) -> Self | None:
        """The token that a text is; None when it is none."""
        form = _FORM.fullmatch(text) if text.startswith(_MARK) else None
        if form is None or len(form[2]) % 4 == 1:
            return None
        return cls(form[1], base64.urlsafe_b64decode(form[2] + "=" * (-len(form[2]) % 4)))

    @property
    def text(self) -> str:
        """How it is written."""
        return f"{_MARK}{self.key_id}:{base64.urlsafe_b64encode(self.content).rstrip(b'=').decode()}"

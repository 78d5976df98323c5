"""Whether a webhook comes from where it says: Standard Webhooks, with a shared key (`whsec_`)."""

import base64
import hashlib
import hmac
import time
from collections.abc import Mapping, Sequence

from harmwatch_client.errors import BadSignature

_PREFIX = "whsec_"
_TOLERANCE_SECONDS = 300


def verify(headers: Mapping[str, str], body: bytes, keys: Sequence[str], now_seconds: float | None = None) -> None:
    """Raises BadSignature where none of the keys signed exactly these bytes, within five minutes of now."""
    told = {name.lower(): value for name, value in headers.items()}
    identity, at = told.get("webhook-id", ""), told.get("webhook-timestamp", "")
    now = time.time() if now_seconds is None else now_seconds
    if not (at.isascii() and at.isdigit() and len(at) < 20 and abs(int(at) - now) <= _TOLERANCE_SECONDS):
        raise BadSignature("its timestamp is not within five minutes of now")
    content = f"{identity}.{at}.".encode() + body
    said = [one.removeprefix("v1,") for one in told.get("webhook-signature", "").split() if one.startswith("v1,")]
    ours = [base64.b64encode(hmac.digest(secret_of(key), content, hashlib.sha256)) for key in keys]
    if not any(hmac.compare_digest(one, each.encode()) for one in ours for each in said):
        raise BadSignature("none of the keys has signed it")


def secret_of(key: str) -> bytes:
    """The bytes of a shared key. Raises ValueError, which says nothing of what the key holds."""
    try:
        if key.startswith(_PREFIX):
            return base64.b64decode(key.removeprefix(_PREFIX), validate=True)
    except ValueError:
        pass  # said below, without the text
    raise ValueError(f"a key is {_PREFIX} and base64")

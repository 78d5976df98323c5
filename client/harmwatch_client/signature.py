"""Whether a webhook comes from where it says: Standard Webhooks, `v1` (a shared key) and `v1a` (Ed25519)."""

import base64
import hashlib
import hmac
import time
from collections.abc import Callable, Mapping, Sequence

from harmwatch_client.delivery import Delivery, read_deliveries, read_delivery
from harmwatch_client.errors import BadSignature

TOLERANCE_SECONDS = 300.0
_SHARED, _PUBLIC = "whsec_", "whpk_"
_ED25519_BYTES = 32
_LONGEST_TIME = 20

Check = Callable[[bytes, str], bool]
"""Whether a signature, as it stands behind the comma, is of this content."""


def verify(
    body: bytes,
    headers: Mapping[str, str],
    keys: Sequence[str],
    tolerance: float = TOLERANCE_SECONDS,
    *,
    now_seconds: float | None = None,
) -> Delivery:
    """The event, where one of the keys has signed exactly these bytes, within `tolerance` seconds of now.

    `keys`: each `whsec_` (shared) or `whpk_` (the public part of Ed25519; needs the extra `webhooks`). Raises
    BadSignature, whose text says which it is: a header that is missing, a time that is too far away, or no key that
    fits; BadBody where what was signed is no event of ours, or a batch; ValueError where a key is none.
    """
    _check(body, headers, keys, tolerance, now_seconds)
    return read_delivery(body)


def verify_batch(
    body: bytes,
    headers: Mapping[str, str],
    keys: Sequence[str],
    tolerance: float = TOLERANCE_SECONDS,
    *,
    now_seconds: float | None = None,
) -> tuple[Delivery, ...]:
    """The events of a request, in order; one where it is no batch. Raises the same, but of a batch."""
    _check(body, headers, keys, tolerance, now_seconds)
    return read_deliveries(body)


def _check(
    body: bytes, headers: Mapping[str, str], keys: Sequence[str], tolerance: float, now_seconds: float | None
) -> None:
    checks = [check_of(key) for key in keys]
    lowered = {name.lower(): value for name, value in headers.items()}
    missing = [name for name in ("webhook-id", "webhook-timestamp", "webhook-signature") if not lowered.get(name)]
    if missing:
        raise BadSignature(f"bad header: {', '.join(missing)} is missing")
    at, now = lowered["webhook-timestamp"], time.time() if now_seconds is None else now_seconds
    if not (at.isascii() and at.isdigit() and len(at) < _LONGEST_TIME):
        raise BadSignature("bad header: webhook-timestamp is no number of seconds")
    if abs(int(at) - now) > tolerance:
        raise BadSignature(f"too old, or too new: its time is {abs(int(at) - now):.0f} s from now")
    content = f"{lowered['webhook-id']}.{at}.".encode() + body
    said = lowered["webhook-signature"].split()
    if not any(check(content, one) for check in checks for one in said):
        raise BadSignature("no key fits: none of them has signed these bytes")


def check_of(key: str) -> Check:
    """What verifies by a key. Raises ValueError, which says nothing of what the key holds."""
    for prefix, make in ((_SHARED, _shared), (_PUBLIC, _public)):
        if key.startswith(prefix):
            try:
                return make(base64.b64decode(key.removeprefix(prefix), validate=True))
            except ValueError:
                break  # said below, without the text
    raise ValueError(f"a key is {_SHARED} or {_PUBLIC}, and base64")


def _shared(secret: bytes) -> Check:
    def check(content: bytes, signature: str) -> bool:
        ours = "v1," + base64.b64encode(hmac.digest(secret, content, hashlib.sha256)).decode()
        return hmac.compare_digest(ours.encode(), signature.encode())

    return check


def _public(key: bytes) -> Check:
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415  (the extra `webhooks`; others need none)
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415  (the same)

    if len(key) != _ED25519_BYTES:
        raise ValueError("no Ed25519 key")
    public = Ed25519PublicKey.from_public_bytes(key)

    def check(content: bytes, signature: str) -> bool:
        version, _, text = signature.partition(",")
        try:
            if version == "v1a":
                public.verify(base64.b64decode(text, validate=True), content)
                return True
        except (ValueError, InvalidSignature):
            pass  # another key's, or none
        return False

    return check

"""Webhooks as harmwatch sends them, believed only when they are signed: Standard Webhooks, CloudEvents within."""

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harmwatch_client.errors import BadHeader, NoKeyFits, NotVerified, TooOld

SECRET, PUBLIC = "whsec_", "whpk_"
TOLERANCE_SECONDS = 300

_Check = Callable[[bytes, bytes], bool]
"""Takes what was signed and a signature; answers whether one key made it."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What was sent. `number` and `follows` None: it is not numbered, as a heartbeat is not."""

    id: str
    """the same however often it is sent"""

    type: str
    subscription: str | None
    number: int | None
    follows: int | None
    """the last number before it that was not set aside; 0: none"""

    data: Any  # Any: JSON
    body: bytes


def verify(
    body: bytes, headers: Mapping[str, str], keys: Sequence[str], tolerance_seconds: float = TOLERANCE_SECONDS
) -> Delivery:
    """What a webhook brings, if one of `keys` (`whsec_…`, `whpk_…`) signed it: give the body as it came, unparsed.

    Every signature is tried with every key, so that keys can be changed one side after the other. A `whpk_` needs the
    extra `webhooks`. Raises BadHeader, TooOld, NoKeyFits; NotVerified where the body is no event; ValueError where a
    key is none.
    """
    if not isinstance(body, bytes):
        raise TypeError("verify takes the body as bytes, as it came: one that was parsed cannot be checked")
    checks = [_check_of(key) for key in keys]
    named = {name.lower(): value for name, value in headers.items()}
    message_id, timestamp, told = (_header(named, f"webhook-{name}") for name in ("id", "timestamp", "signature"))
    _look_at_clock(timestamp, tolerance_seconds)
    signed = f"{message_id}.{timestamp}.".encode() + body
    signatures = list(_signatures(told))
    if not any(check(signed, content) for kind, content in signatures for of, check in checks if of == kind):
        raise NoKeyFits(
            f"none of {len(checks)} keys fits one of {len(signatures)} signatures: is it the key of this subscription, "
            "and the body byte for byte as it came?"
        )
    return _delivery(body)


def _header(named: Mapping[str, str], name: str) -> str:
    value = named.get(name)
    if not value:
        raise BadHeader(f"the header {name} is missing")
    return value


def _look_at_clock(timestamp: str, tolerance_seconds: float) -> None:
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 16):
        raise BadHeader(f"webhook-timestamp is no number of seconds: {timestamp[:40]!r}")
    apart = time.time() - int(timestamp)
    if abs(apart) > tolerance_seconds:
        way = "ago" if apart > 0 else "in the future"
        raise TooOld(f"it was signed {abs(apart):.0f} s {way}, by this machine's clock")


def _signatures(told: str) -> Iterable[tuple[str, bytes]]:
    for one in told.split(" "):
        kind, _, content = one.partition(",")
        try:
            yield kind, base64.b64decode(content, validate=True)
        except binascii.Error as error:
            raise BadHeader(f"webhook-signature holds what is no signature: {one[:40]!r}") from error


def _check_of(key: str) -> tuple[str, _Check]:
    """The kind of signature that a key makes, and how to check one."""
    for mark, kind, make in ((SECRET, "v1", _hmac), (PUBLIC, "v1a", _ed25519)):
        if key.startswith(mark):
            try:
                return kind, make(base64.b64decode(key.removeprefix(mark), validate=True))
            except binascii.Error as error:
                raise ValueError(f"a key that begins with {mark} is not base64") from error
    raise ValueError(f"a key begins with {SECRET} or {PUBLIC}")


def _hmac(secret: bytes) -> _Check:
    def fits(signed: bytes, signature: bytes) -> bool:
        return hmac.compare_digest(hmac.digest(secret, signed, hashlib.sha256), signature)

    return fits


def _ed25519(public: bytes) -> _Check:
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415  (the extra `webhooks`)
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415

    key = Ed25519PublicKey.from_public_bytes(public)

    def fits(signed: bytes, signature: bytes) -> bool:
        try:
            key.verify(signature, signed)
        except InvalidSignature:
            return False
        return True

    return fits


def _delivery(body: bytes) -> Delivery:
    try:
        event = json.loads(body)
        number, follows, subscription = (event.get(name) for name in ("deliverynumber", "follows", "subscription"))
        found = Delivery(event["id"], event["type"], subscription, number, follows, event.get("data"), body)
    except (ValueError, AttributeError, KeyError, TypeError) as error:
        raise NotVerified("the body is no CloudEvent: is it a batch?") from error
    is_numbered = type(number) is int and type(follows) is int and type(subscription) is str
    if number is not None and not is_numbered:
        raise NotVerified("the body has a deliverynumber that is none, or no follows, or no subscription")
    return found

"""A webhook is believed when one of the keys signed exactly what came, not long ago; else it is said why not."""

import base64
import hashlib
import hmac
import json
import math
import time
from collections.abc import Mapping, Sequence

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from harmwatch_client import BadHeader, NoKeyFits, NotVerified, TooOld, verify

NAMES = ("webhook-id", "webhook-timestamp", "webhook-signature")
BODY = json.dumps(
    {
        "specversion": "1.0", "id": "v100.1:17", "type": "harmwatch.band.entered", "deliverynumber": 12, "follows": 11,
        "subscription": "custody-desk", "data": {"alert_id": "v100.1:17"},
    }
).encode()  # fmt: skip
Key = bytes | Ed25519PrivateKey
SECRET, OTHER = b"a" * 24, b"b" * 24
PRIVATE = Ed25519PrivateKey.from_private_bytes(b"k" * 32)


def symmetric(secret: bytes) -> str:
    return "whsec_" + base64.b64encode(secret).decode()


PUBLIC = "whpk_" + base64.b64encode(PRIVATE.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()


def signed(body: bytes = BODY, ago_seconds: int = 0, by: Sequence[Key] = (SECRET,)) -> dict[str, str]:
    """The headers, by the words of the specification."""
    at = int(time.time()) - ago_seconds
    content = f"v100%2E1:17.{at}.".encode() + body
    told = [
        f"v1,{base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()}"
        if isinstance(key, bytes)
        else f"v1a,{base64.b64encode(key.sign(content)).decode()}"
        for key in by
    ]
    return {"Webhook-Id": "v100%2E1:17", "WEBHOOK-TIMESTAMP": str(at), "webhook-signature": " ".join(told)}


def test_what_it_brings_is_read_when_it_is_signed() -> None:
    found = verify(BODY, signed(), [symmetric(SECRET)])
    assert (found.id, found.type, found.subscription) == ("v100.1:17", "harmwatch.band.entered", "custody-desk")
    assert (found.number, found.follows, found.data, found.body) == (12, 11, {"alert_id": "v100.1:17"}, BODY)


@pytest.mark.parametrize(
    ("by", "keys"),
    [
        ((OTHER, SECRET), [symmetric(SECRET)]),
        ((SECRET,), [symmetric(OTHER), symmetric(SECRET)]),
        ((PRIVATE,), [PUBLIC]),
        ((SECRET, PRIVATE), [symmetric(OTHER), PUBLIC]),
    ],
    ids=["the sender has changed it", "the receiver has a new one", "Ed25519", "both kinds"],
)
def test_one_key_of_many_that_made_one_signature_of_many_is_enough(by: Sequence[Key], keys: Sequence[str]) -> None:
    assert verify(BODY, signed(by=by), keys).number == 12


@pytest.mark.parametrize(
    ("body", "keys"),
    [
        (BODY.replace(b"entered", b"left"), [symmetric(SECRET), PUBLIC]),
        (json.dumps(json.loads(BODY), separators=(",", ":")).encode(), [symmetric(SECRET), PUBLIC]),
        (BODY, [symmetric(OTHER)]),
        (BODY, ["whpk_" + base64.b64encode(bytes(32)).decode()]),
        (BODY, []),
    ],
    ids=["another type in the body", "parsed and written anew", "another secret", "another public key", "no key"],
)
def test_what_no_key_signed_is_refused(body: bytes, keys: Sequence[str]) -> None:
    with pytest.raises(NoKeyFits):
        verify(body, signed(by=[SECRET, PRIVATE]), keys)


@pytest.mark.parametrize("name", ["Webhook-Id", "WEBHOOK-TIMESTAMP"])
def test_another_id_or_time_is_refused(name: str) -> None:
    headers = signed()
    headers[name] = headers[name].replace("%2E", ".") if name == "Webhook-Id" else str(int(headers[name]) + 1)
    with pytest.raises(NoKeyFits):
        verify(BODY, headers, [symmetric(SECRET)])


@pytest.mark.parametrize("ago_seconds", [310, -310])
def test_what_was_signed_at_another_time_is_refused(ago_seconds: int) -> None:
    with pytest.raises(TooOld):
        verify(BODY, signed(ago_seconds=ago_seconds), [symmetric(SECRET)])
    assert verify(BODY, signed(ago_seconds=ago_seconds), [symmetric(SECRET)], tolerance_seconds=320).number == 12


@pytest.mark.parametrize("name", NAMES)
def test_a_header_that_is_missing_is_named(name: str) -> None:
    headers = {told: value for told, value in signed().items() if told.lower() != name}
    with pytest.raises(BadHeader, match=name):
        verify(BODY, headers, [symmetric(SECRET)])


@pytest.mark.parametrize(
    "wrong", [{"webhook-timestamp": "yesterday"}, {"webhook-timestamp": "\u0661"}, {"webhook-signature": "v1,~"}]
)
def test_a_header_that_is_malformed_is_named(wrong: Mapping[str, str]) -> None:
    headers = {name.lower(): value for name, value in signed().items()}
    with pytest.raises(BadHeader):
        verify(BODY, {**headers, **wrong}, [symmetric(SECRET)])


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"id":"i","type":"t","deliverynumber":1}', b"\xff"])
def test_a_body_that_is_no_event_is_refused_although_it_is_signed(body: bytes) -> None:
    with pytest.raises(NotVerified):
        verify(body, signed(body), [symmetric(SECRET)])


def test_a_body_that_was_parsed_already_is_no_body() -> None:
    with pytest.raises(TypeError, match="as it came"):
        verify(json.loads(BODY), signed(), [symmetric(SECRET)])


@pytest.mark.parametrize(
    "key", ["secret", "whsec_~", "whsk_" + "a" * 44, "whpk_" + base64.b64encode(b"short").decode()]
)
def test_what_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="key"):
        verify(BODY, signed(), [key])


def test_the_signature_is_that_of_the_reference_implementation() -> None:
    """A vector of its tests: what is signed there is no event of ours, and only that is refused."""
    body = b'{"test": 2432232314}'
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    keys = ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]
    with pytest.raises(NotVerified, match="no CloudEvent"):
        verify(body, headers, keys, tolerance_seconds=math.inf)
    with pytest.raises(NoKeyFits):
        verify(body + b" ", headers, keys, tolerance_seconds=math.inf)

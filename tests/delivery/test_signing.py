"""Signatures: an independent reader takes ours, and none that was altered."""

import base64

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from delivery.signing import read_key, signed_headers
from tests.delivery.subscribed import OTHER_SECRET, SECRET

BODY = '{"type":"harmwatch.band.entered","data":{"é":1}}'.encode()
THIRD_SECRET = "whsec_" + base64.b64encode(bytes(40)).decode()


def headers_of(*secrets: str, identity: str = "v100:17") -> dict[str, str]:
    import time

    return signed_headers(identity, int(time.time()), BODY, [read_key(secret) for secret in secrets])


@pytest.mark.parametrize("secret", [SECRET, OTHER_SECRET])
def test_either_of_two_keys_verifies(secret: str) -> None:
    Webhook(secret).verify(BODY, headers_of(SECRET, OTHER_SECRET), json_parse=False)


@pytest.mark.parametrize("altered", ["body", "id", "time", "key"])
def test_what_was_altered_does_not_verify(altered: str) -> None:
    headers = headers_of(SECRET, OTHER_SECRET)
    body = BODY.replace(b"entered", b"left") if altered == "body" else BODY
    if altered == "id":
        headers["webhook-id"] = "v100:18"
    if altered == "time":
        headers["webhook-timestamp"] = str(int(headers["webhook-timestamp"]) - 1)
    with pytest.raises(WebhookVerificationError):
        Webhook(THIRD_SECRET if altered == "key" else SECRET).verify(body, headers, json_parse=False)


def test_the_signature_is_that_of_the_specification() -> None:
    """The vector of the library that the specification names first."""
    key = read_key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    headers = signed_headers("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}', [key])
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_dot_does_not_end_an_id_within_it() -> None:
    headers = headers_of(SECRET, identity="v100.1:17")
    assert headers["webhook-id"] == "v100%2E1:17"
    Webhook(SECRET).verify(BODY, headers, json_parse=False)


def test_an_asymmetric_key_signs_so_that_its_public_part_verifies() -> None:
    private = Ed25519PrivateKey.generate()
    headers = headers_of("whsk_" + base64.b64encode(private.private_bytes_raw()).decode())
    version, signature = headers["webhook-signature"].split(",")
    content = f"v100:17.{headers['webhook-timestamp']}.".encode() + BODY
    private.public_key().verify(base64.b64decode(signature), content)
    with pytest.raises(InvalidSignature):
        private.public_key().verify(base64.b64decode(signature), content + b" ")
    assert version == "v1a"

"""Whoever receives webhooks: which bytes were signed by whom, and which number is new."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import standardwebhooks

from delivery.bodies import make_body
from delivery.delivery_event import DeliveryEvent
from delivery.signing import read_key, signed_headers
from harmwatch_client import BadBody, BadPlace, BadSignature, Delivery, Inbox, MemoryPlace, verify, verify_batch
from tests.client.keys import PRIVATE, PUBLIC
from tests.client.published import a_move
from tests.delivery.subscribed import OTHER_SECRET, SECRET
from tests.delivery.test_alert_log import event_of
from tests.docs.walk import DOCS, blocks


def a_body(number: int, follows: int) -> bytes:
    return make_body(DeliveryEvent.of(event_of(a_move(7), 0)), "desk", "full", number, follows)


def signed(body: bytes, *keys: str, at_seconds: int | None = None, identity: str = "v100:7") -> dict[str, str]:
    at_seconds = int(time.time()) if at_seconds is None else at_seconds
    return signed_headers(identity, at_seconds, body, [read_key(key) for key in keys])


@pytest.mark.parametrize(
    ("signers", "keys"),
    [
        ([SECRET], [SECRET]),
        ([PRIVATE], [PUBLIC]),
        ([OTHER_SECRET, PRIVATE], [SECRET, PUBLIC]),
        ([SECRET, PRIVATE], [SECRET]),
    ],
)
def test_one_key_that_fits_is_enough_of_either_kind(signers: list[str], keys: list[str]) -> None:
    body = a_body(3, 1)
    for headers in (signed(body, *signers), {name.upper(): said for name, said in signed(body, *signers).items()}):
        event = verify(body, headers, keys=keys, tolerance=300)
        assert (event.number, event.follows, event.id, event.recalls) == (3, 1, "v100:7", ())


@pytest.mark.parametrize("key", [SECRET, PRIVATE])
@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"webhook-id": "v100:8"}, "no key fits"), ({"webhook-signature": "v1, v1a, v2,x ,"}, "no key fits"),
        ({"webhook-signature": ""}, "bad header: webhook-signature is missing"),
        ({"webhook-timestamp": "²"}, "bad header"),
        ({"webhook-timestamp": "17"}, "too old"), ({"webhook-timestamp": str(int(time.time()) + 9_999)}, "too new"),
    ],
)  # fmt: skip
def test_the_usual_mistakes_are_distinguished(key: str, changed: dict[str, str], why: str) -> None:
    body = a_body(1, 0)
    with pytest.raises(BadSignature, match=why):
        verify(body, signed(body, key) | changed, [SECRET, PUBLIC])


@pytest.mark.parametrize("key", [SECRET, PRIVATE])
def test_a_type_that_was_changed_on_the_way_is_found(key: str) -> None:
    body = a_body(1, 0)
    forged = body.replace(b"band.entered", b"band.leaving")
    assert forged != body
    with pytest.raises(BadSignature, match="no key fits"):
        verify(forged, signed(body, key), [SECRET, PUBLIC])


def test_what_was_signed_and_is_no_event_is_a_bad_body() -> None:
    for body in (
        b"[]",
        b"{}",
        b"[" * 100_000,
        b"[" + a_body(1, 0) + b"]",
        a_body(1, 0).replace(b'"follows":0', b'"follows":1'),
    ):
        with pytest.raises(BadBody):
            verify(body, signed(body, SECRET), [SECRET])


def test_a_batch_is_its_events_in_order() -> None:
    body = b"[" + a_body(1, 0) + b"," + a_body(2, 1) + b"]"
    assert [one.number for one in verify_batch(body, signed(body, SECRET), [SECRET])] == [1, 2]
    assert [one.number for one in verify_batch(a_body(4, 3), signed(a_body(4, 3), SECRET), [SECRET])] == [4]


@pytest.mark.parametrize("key", ["whsec_ä", "whpk_AAAA", "hunter2", "whsk_AAAA"])
def test_a_key_that_is_none_is_said_without_its_text(key: str) -> None:
    with pytest.raises(ValueError, match="a key is whsec_ or whpk_, and base64"):
        verify(b"{}", {}, [key])


def test_a_number_is_new_once_behind_what_it_follows() -> None:
    inbox = Inbox(MemoryPlace())

    def take(number: int, follows: int) -> str | int:
        body = a_body(number, follows)
        event = verify(body, signed(body, SECRET), [SECRET])
        verdict = inbox.take(event)
        if verdict == "new":
            inbox.done(event)
        return verdict

    assert [take(*one) for one in ((2, 1), (1, 0), (1, 0), (4, 1), (3, 1), (6, 5))] == [
        1, "new", "repeat", "new", "repeat", 5,
    ]  # fmt: skip


def test_what_has_no_number_is_nothing_to_do_and_a_place_that_holds_none_is_said() -> None:
    heartbeat = b'{"id":"a","type":"harmwatch.delivery.heartbeat","subscription":"desk","data":{}}'
    assert Inbox(MemoryPlace()).take(verify(heartbeat, signed(heartbeat, SECRET), [SECRET])) == "repeat"
    place = MemoryPlace()
    place.save("{}")
    body = a_body(1, 0)
    with pytest.raises(BadPlace):
        Inbox(place).take(verify(body, signed(body, SECRET), [SECRET]))


def test_two_other_verifiers_agree_with_ours() -> None:
    """Whatever they take or refuse of a shared key; of several signatures they find the one that fits."""
    import svix

    body = a_body(1, 0)
    judges: list[Any] = [standardwebhooks.Webhook(SECRET), svix.Webhook(SECRET)]

    def verdicts(body: bytes, headers: Mapping[str, str]) -> list[bool]:
        found = []
        for check in [lambda b, h: verify(b, h, [SECRET]), *[judge.verify for judge in judges]]:
            try:
                check(body, dict(headers))
                found.append(True)
            except (BadSignature, standardwebhooks.WebhookVerificationError, svix.WebhookVerificationError):
                found.append(False)
        return found

    assert verdicts(body, signed(body, OTHER_SECRET, PRIVATE, SECRET, identity="v100.1:7")) == [True] * 3
    for wrong in (signed(body, OTHER_SECRET, PRIVATE), signed(body, SECRET, at_seconds=17)):
        assert verdicts(body, wrong) == [False] * 3
    assert verdicts(body + b" ", signed(body, SECRET)) == [False] * 3


def test_an_event_is_one_to_the_sdk_of_cloudevents() -> None:
    """Structured mode; its attributes are what stands in the body."""
    from cloudevents.core.bindings.http import HTTPMessage, from_structured_event

    body = a_body(3, 1)
    event = from_structured_event(HTTPMessage({"content-type": "application/cloudevents+json"}, body))
    told = event.get_attributes()
    assert (event.get_id(), event.get_type(), event.get_source()) == (
        "v100:7",
        "harmwatch.band.entered",
        "/harmwatch/v100",
    )
    assert (told["sequence"], told["deliverynumber"], told["follows"]) == (f"{7:020d}", 3, 1)
    data = event.get_data()
    assert isinstance(data, dict)
    assert data["alert_id"] == "v100:7"


def test_the_lines_of_the_page_take_each_number_once_and_name_the_missing_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    _, lines = blocks(DOCS / "how-to" / "receive-webhooks.md", "python")
    acted: list[Delivery] = []
    known: dict[str, Any] = {"act": acted.append}
    exec(lines, known)

    def answer(number: int, follows: int) -> tuple[int, bytes]:
        body = a_body(number, follows)
        given: tuple[int, bytes] = known["answer"](body, signed(body, SECRET), [SECRET])
        return given

    assert [answer(*one) for one in ((1, 0), (1, 0), (3, 2), (3, 1))] == [
        (204, b""), (204, b""), (409, b'{"expected": 2}'), (204, b""),
    ]  # fmt: skip
    assert [one.number for one in acted] == [1, 3]

"""The body of a number: what lies on alerts.v1 byte by byte, and thin nobody's name."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.bodies import make_body
from delivery.delivery_event import DeliveryEvent
from harmwatch_client import Member
from models.alert import wire_bytes
from models.delivery.record import Opened
from tests.client.published import a_move
from tests.delivery.recalls import OPENED
from tests.delivery.test_alert_log import event_of

NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=128)


@given(NAMES)
def test_an_alert_goes_out_byte_by_byte_whoever_it_is_about(name: str) -> None:
    sent = a_move(7, offender_id=name)
    body = make_body(DeliveryEvent.of(event_of(sent, 0)), "desk", "full", 3, 2)
    event = json.loads(body)
    assert wire_bytes(sent) in body
    assert event["data"]["offender_id"] == name
    assert event.get("subject", name) == name
    assert ("subject" in event) == all(letter.isprintable() or ord(letter) > 159 for letter in name)
    assert {key: event[key] for key in ("specversion", "id", "type", "sequence", "deliverynumber", "follows")} == {
        "specversion": "1.0", "id": "v100:7", "type": "harmwatch.band.entered", "sequence": "0" * 19 + "7",
        "deliverynumber": 3, "follows": 2,
    }  # fmt: skip
    assert body == make_body(DeliveryEvent.of(event_of(sent, 99)), "desk", "full", 3, 2)


def texts(part: Any) -> Iterator[str]:
    """Every text of a JSON document."""
    if isinstance(part, dict):
        part = list(part.values())
    for one in part if isinstance(part, list) else ():
        yield from texts(one)
    if isinstance(part, str):
        yield part


def opened(place: int) -> Opened:
    return OPENED.model_copy(update={"place": place, "band": True})


@given(NAMES.filter(lambda name: len(name) > 20))
def test_thin_nobody_is_named(name: str) -> None:
    members = [Member(name, "2026-01-01T00:00:00Z", "v100:7", 7)]
    for told in (
        DeliveryEvent.of(event_of(a_move(7, offender_id=name), 0)),
        DeliveryEvent.band("v100", opened(7), 7, members),
    ):
        full, thin = make_body(told, "desk", "full", 1, 0), make_body(told, "desk", "thin", 1, 0)
        assert name in list(texts(json.loads(full)))
        assert name not in list(texts(json.loads(thin)))


@pytest.mark.parametrize("content", ["full", "thin"])
def test_a_body_in_form_1_never_changes(content: str) -> None:
    """Receipts of years ago hold its digest: whoever changes this makes a form 2."""
    members = [Member("p", "2026-01-01T00:00:00Z", "v100:7", 7)]
    body = make_body(
        DeliveryEvent.band("v100", opened(9), 9, members), "desk", "full" if content == "full" else "thin", 1, 0
    )
    who = b'"offender_id":"p",' if content == "full" else b""
    assert body == (
        b'{"datacontenttype":"application/json","deliverynumber":1,"follows":0,"id":"v100:desk:band",'
        b'"sequence":"00000000000000000009","source":"/harmwatch/v100","specversion":"1.0","subscription":"desk",'
        b'"type":"harmwatch.delivery.band","data":{"board":"v100","members":[{"alert_id":"v100:7",'
        + who
        + b'"sequence":7,'
        b'"since":"2026-01-01T00:00:00Z"}],"sequence":9}}'
    )

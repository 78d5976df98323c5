"""A receiver: what nobody signed is refused, what misses a number is answered with it, and repeats act on nothing."""

import json
import time
from typing import Any

import pytest

from delivery.bodies import make_body
from delivery.delivery_event import DeliveryEvent
from delivery.signing import read_key, signed_headers
from harmwatch_client import BadPlace, Delivery, MemoryPlace, Receiver
from tests.client.published import a_move
from tests.delivery.recalls import OPENED, a_recall
from tests.delivery.subscribed import OTHER_SECRET, SECRET
from tests.delivery.test_alert_log import event_of

RECALLED = a_recall(7)


def refuse(delivery: Delivery) -> None:
    raise AssertionError(delivery)


def post(receiver: Receiver, body: bytes, secret: str = SECRET, at_seconds: int | None = None) -> tuple[int, bytes]:
    at_seconds = int(time.time()) if at_seconds is None else at_seconds
    reply = receiver.take(signed_headers("v100:7", at_seconds, body, [read_key(secret)]), body)
    return reply.status, reply.body


def a_body(number: int, follows: int, told: DeliveryEvent | None = None) -> bytes:
    return make_body(told or DeliveryEvent.of(event_of(a_move(7), 0)), "desk", "full", number, follows)


def test_every_number_is_acted_on_once_and_in_order_and_a_missing_one_is_named() -> None:
    acted: list[Delivery] = []
    receiver = Receiver([OTHER_SECRET, SECRET], MemoryPlace(), acted.append)
    assert post(receiver, a_body(2, 1)) == (409, b'{"expected": 1}')
    assert [post(receiver, a_body(1, 0)), post(receiver, a_body(1, 0)), post(receiver, a_body(4, 1))] == [
        (204, b"")
    ] * 3
    assert [(one.number, one.id, one.recalls) for one in acted] == [(1, "v100:7", ()), (4, "v100:7", ())]
    assert post(receiver, a_body(9, 8)) == (409, b'{"expected": 5}')


def test_a_recall_names_the_alert_that_does_not_hold() -> None:
    acted: list[Delivery] = []
    receiver = Receiver([SECRET], MemoryPlace(), acted.append)
    assert post(receiver, a_body(1, 0, DeliveryEvent.recall("v100", 3, RECALLED, OPENED)))[0] == 204
    assert [(one.id, one.recalls) for one in acted] == [("v100:recall:3", ("v100:7",))]


def test_what_an_act_raises_is_not_acknowledged() -> None:
    place = MemoryPlace()

    def fail(_: Delivery) -> None:
        raise OSError("the database is away")

    with pytest.raises(OSError, match="away"):
        post(Receiver([SECRET], place, fail), a_body(1, 0))
    assert place.load() is None


def test_what_nobody_signed_or_long_ago_is_refused() -> None:
    receiver = Receiver([SECRET], MemoryPlace(), refuse)
    assert post(receiver, a_body(1, 0), OTHER_SECRET)[0] == 401
    for at_seconds in (0, int(time.time()) - 400, int(time.time()) + 400):
        assert post(receiver, a_body(1, 0), at_seconds=at_seconds)[0] == 401


GOOD: dict[str, Any] = {"deliverynumber": 1, "follows": 0, "id": "a", "type": "t", "subscription": "s", "data": {}}


@pytest.mark.parametrize(
    "told",
    [
        [], "x", GOOD | {"follows": 1}, GOOD | {"deliverynumber": True}, GOOD | {"id": 1}, GOOD | {"data": []},
        GOOD | {"type": "harmwatch.band.recalled"}, {},
    ],
)  # fmt: skip
def test_what_is_no_delivery_is_refused_and_moves_nothing(told: Any) -> None:
    place = MemoryPlace()
    receiver = Receiver([SECRET], place, refuse)
    assert post(receiver, json.dumps(told).encode())[0] == 400
    assert post(receiver, b"[" * 100_000)[0] == 400
    assert place.load() is None


def test_a_place_that_holds_no_number_and_a_key_that_is_none_are_said() -> None:
    place = MemoryPlace()
    place.save("{}")
    with pytest.raises(BadPlace):
        post(Receiver([SECRET], place, refuse), a_body(1, 0))
    with pytest.raises(ValueError, match="a key is whsec_ or whpk_"):
        Receiver(["whsec_ä"], place, refuse)

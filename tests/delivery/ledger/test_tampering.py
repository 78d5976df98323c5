"""A ledger that was tampered with is named, whatever was changed."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from delivery.orders import Orders
from models.canonical import canonical_json
from models.delivery.order import SkipOrder, order_bytes
from models.delivery.record import read_delivery, value_digest
from tests.delivery.ledger.written import WHO, Written, two_lines


def of(values: list[bytes], name: str, kind: str, number: int) -> int:
    """Where the first such record lies."""
    facts = [read_delivery(value) for value in values]
    return next(
        at for at, fact in enumerate(facts)
        if fact is not None and (fact.subscription, fact.kind) == (name, kind) and getattr(fact, "number", 0) == number
    )  # fmt: skip


def changed(value: bytes, before: bytes, after: bytes) -> bytes:
    assert value.count(before) == 1
    return value.replace(before, after)


def without(name: str, kind: str, number: int) -> Callable[[list[bytes]], list[bytes]]:
    def tampered(values: list[bytes]) -> list[bytes]:
        at = of(values, name, kind, number)
        return values[:at] + values[at + 1 :]

    return tampered


def with_another_digest(values: list[bytes]) -> list[bytes]:
    at = of(values, "desk", "sending", 4)
    digest = getattr(read_delivery(values[at]), "digest").encode()  # noqa: B009  (one kind has it)
    return [*values[:at], changed(values[at], digest, b"0" * 64), *values[at + 1 :]]


def with_another_status(values: list[bytes]) -> list[bytes]:
    at = of(values, "desk", "accepted", 4)
    return [*values[:at], changed(values[at], b'"status":204', b'"status":200'), *values[at + 1 :]]


@pytest.mark.parametrize(
    ("tamper", "named"),
    [
        (without("desk", "accepted", 4), ["one is gone, or was changed", "number 4 has an intent and no receipt"]),
        (without("desk", "sending", 4), ["one is gone, or was changed", "number 4 has a receipt, and there is no"]),
        (with_another_digest, ["number 4 has the digest of another body than v100:4", "one is gone, or was changed"]),
        (with_another_status, ["one is gone, or was changed"]),
    ],
)  # fmt: skip
def test_a_record_that_is_gone_or_changed_is_named(
    tamper: Callable[[list[bytes]], list[bytes]], named: list[str]
) -> None:
    written = two_lines()
    verdict = written.verdict(tamper(written.values))
    assert all(fault.startswith("deliveries.v1 offset ") and ": desk: " in fault for fault in verdict.faults)
    for text in named:
        assert any(text in fault for fault in verdict.faults), verdict.faults


def chained(values: list[bytes], name: str = "desk") -> list[bytes]:
    """The same, as whoever can write there makes them continue each other."""
    before, made = None, []
    for value in values:
        told = json.loads(value)
        is_of_it = told["subscription"] == name
        made.append(canonical_json(told | {"previous": before}) if is_of_it else value)
        before = value_digest(made[-1]) if is_of_it else before
    return made


def test_a_receipt_that_is_gone_is_one_fault_where_the_chain_was_made_again() -> None:
    """What comes behind it is as it should be: to say otherwise would contradict."""
    written = two_lines()
    (fault,) = written.verdict(chained(without("desk", "accepted", 4)(written.values))).faults
    assert fault.endswith("desk: number 4 has an intent and no receipt")


def test_an_alert_that_was_never_delivered_is_named_where_chain_and_numbers_were_made_again() -> None:
    written, values = two_lines(), []
    for value in written.values:
        told = json.loads(value)
        if told["subscription"] == "desk" and told["kind"] in {"sending", "accepted"} and told["number"] >= 4:
            if told["number"] == 4:
                continue
            told |= {"number": told["number"] - 1} | ({"follows": told["follows"] - 1} if "follows" in told else {})
        values.append(canonical_json(told))
    faults = written.verdict(chained(values)).faults
    assert any("desk: alert 4 was never sent: number 4 tells 5" in fault for fault in faults), faults


@pytest.mark.parametrize("what", ["no json", "forged", "second opening", "unknown"])
def test_a_foreign_record_is_passed_over_and_counted(what: str) -> None:
    written = two_lines()
    values, at = written.values, of(written.values, "desk", "accepted", 4)
    digest = getattr(read_delivery(values[at]), "previous").encode()  # noqa: B009  (each has it)
    foreign = {
        "no json": b"{",
        "forged": changed(values[at], digest, b"f" * 64),
        "second opening": values[0],
        "unknown": changed(changed(values[at], digest, b"f" * 64), b'"desk"', b'"else"'),
    }[what]
    verdict = written.verdict([*values[: at + 1], foreign, *values[at + 1 :]])
    assert [offset for offset, _ in verdict.foreign] == [at + 1]
    assert verdict == replace(written.verdict(), foreign=verdict.foreign)


def test_a_forged_end_is_a_fault_since_nobody_can_say_what_stood_before_it() -> None:
    written = two_lines()
    forged = changed(written.values[-1], b'"previous":"', b'"previous":"0')
    forged = forged.replace(b'"previous":"0' + forged.split(b'"previous":"0')[1][:64], b'"previous":"' + b"0" * 64)
    verdict = written.verdict([*written.values, forged])
    assert any("one is gone, or was changed" in fault for fault in verdict.faults)


def test_an_order_that_nobody_gave_is_named() -> None:
    written = Written()
    written.subscribe("desk", begin=1)
    written.send("desk", 1)
    written.intent("desk")
    written.order(SkipOrder(subscription="desk", number=2, **WHO))
    orders, written.orders = written.orders, Orders()
    terms = orders.find(0)
    assert terms is not None
    written.orders.take(0, order_bytes(terms))
    written.orders.take(1, order_bytes(SkipOrder(subscription="desk", number=9, **WHO)))
    (fault,) = written.verdict().faults
    assert "offset 1 of delivery-orders.v1 orders nothing like 'set_aside'" in fault


def test_a_body_that_alerts_do_not_make_any_more_is_named() -> None:
    """An alert was changed after it was delivered."""
    written = two_lines()
    told = written.sent.event(5)
    assert told is not None
    written.sent._events[5] = replace(told, value=told.value.replace(b'"rank":1', b'"rank":2'))
    (fault,) = written.verdict().faults
    assert "desk: number 5 has the digest of another body than v100:5 makes" in fault


def test_places_that_say_something_else_are_named() -> None:
    written = two_lines()
    page = written.pages["desk"].add_places()
    written.flush(page)
    assert written.verdict().faults == ()
    values = [*written.values]
    told = json.loads(values[-1])
    values[-1] = json.dumps(told | {"state": told["state"] | {"place": 1}}).encode()
    (fault,) = written.verdict(values).faults
    assert fault.endswith("desk: its places are others than what the records before come to")

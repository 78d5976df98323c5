"""A ledger that was tampered with is named; a whole one is verified, whatever people have ordered meanwhile."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from typing import Any, Literal

import pytest

from delivery.bodies import FORM, make_body
from delivery.ledger import Page
from delivery.orders import Orders, heed
from delivery.told import Told
from delivery.verify.sent_alerts import SentAlerts
from delivery.verify.verification import DeliveriesOutcome, DeliveriesVerification
from harmwatch_client import Event
from models.delivery.order import (
    NotifiedOrder,
    Order,
    RewindOrder,
    SkipOrder,
    TermsOrder,
    order_bytes,
)
from models.delivery.record import Accepted, Sending, read_delivery
from models.record import Record
from tests.delivery.recalls import a_recall
from tests.delivery.subscribed import some_terms
from tests.delivery.test_alert_log import history

NOW = "2026-01-01T00:00:00Z"
WHO: dict[str, Any] = {"by": "x", "why": "y", "at": NOW}  # Any: fields of every order
EVENTS = history(["a", "b", "a", "c", "b", "a", "c"], baseline=False)


class Written:
    """A deliverer's ledger over alerts, written as a courier writes it, without a courier."""

    def __init__(self, events: list[Event] = EVENTS) -> None:
        self.sent, self.orders, self.values = SentAlerts(), Orders(), list[bytes]()
        self.pages: dict[str, Page] = {}
        self.contents: dict[str, Literal["full", "thin"]] = {}
        self._offsets = count()
        for event in events:
            self.sent.take(event)
        self.sent.due = self.sent.log.last

    def order(self, order: Order) -> None:
        at = next(self._offsets)
        assert self.orders.take(at, order_bytes(order))
        if isinstance(order, TermsOrder):
            self.contents[order.subscription] = order.terms.content
            self.pages.setdefault(order.subscription, Page(order.subscription, None, lambda: NOW))
        for name, page in self.pages.items():
            for offset, one in self.orders.unheeded(name, page.line):
                heed(page, offset, one, self.orders, self.sent.log)
            self.flush(page)

    def subscribe(self, name: str, content: str = "full", begin: str | int = "band") -> None:
        told = some_terms(id=name, content=content, **{"from": begin})
        self.order(TermsOrder(subscription=name, terms=told, **WHO))

    def flush(self, page: Page) -> None:
        self.values += page.values
        page.values.clear()

    def intent(self, name: str, again: Sending | None = None) -> None:
        page, line = self.pages[name], self.pages[name].line
        assert line is not None
        told = self.told(name) if again is None else self.again(again)
        body = make_body(told, name, self.contents[name], line.next_number, line.followed)
        page.add(
            Sending, number=line.next_number, follows=line.followed, event=told.event, id=told.id,
            sequence=told.sequence, order=told.order, form=FORM, digest=hashlib.sha256(body).hexdigest(),
        )  # fmt: skip
        self.flush(page)

    def told(self, name: str) -> Told:
        line = self.pages[name].line
        assert line is not None
        due = [one for one in line.recalls if one.sequence <= line.place]
        if line.next_band is not None:
            return Told.band("v100", line.opened, line.next_band, self.sent.members_at(line.next_band))
        if due:
            return Told.recall("v100", due[0].order, self.orders.recall(due[0].order), line.opened)
        sequence = self.sent.log.next_sequence(line)
        assert sequence is not None
        told = self.sent.told(sequence)
        assert told is not None
        return told

    def again(self, before: Sending) -> Told:
        told = self.sent.told(before.sequence)
        assert told is not None
        return told

    def receipt(self, name: str) -> None:
        page = self.pages[name]
        assert page.line is not None
        assert page.line.waiting is not None
        page.add(Accepted, number=page.line.waiting.number, status=204, tries=1, milliseconds=1)
        self.flush(page)

    def send(self, name: str, times: int) -> None:
        for _ in range(times):
            self.intent(name)
            self.receipt(name)

    def sending(self, name: str, number: int) -> Sending:
        facts = map(read_delivery, self.values)
        (found,) = [f for f in facts if isinstance(f, Sending) and (f.subscription, f.number) == (name, number)]
        return found

    def verdict(self, values: list[bytes] | None = None) -> DeliveriesOutcome:
        values = self.values if values is None else values
        records = [Record(offset, 0, None, value) for offset, value in enumerate(values)]
        return DeliveriesVerification(self.sent, self.orders).run(iter(records))


def two_lines() -> Written:
    """`desk` has everything from 1 on, `thin` its band and what came then; both have got all."""
    written = Written()
    written.subscribe("desk", begin=1)
    written.send("desk", 3)
    written.subscribe("thin", content="thin")
    written.send("desk", 4)
    written.send("thin", 1)
    return written


def of(values: list[bytes], name: str, kind: str, number: int) -> int:
    """Where the first such record lies."""
    facts = [read_delivery(value) for value in values]
    return next(
        at for at, fact in enumerate(facts)
        if fact is not None and (fact.subscription, fact.kind) == (name, kind) and getattr(fact, "number", 0) == number
    )  # fmt: skip


def test_a_whole_ledger_is_verified() -> None:
    verdict = two_lines().verdict()
    assert verdict == DeliveriesOutcome(2, 8, 8, 0, 0, 0, (), (), ())


def test_what_people_ordered_is_verified_too() -> None:
    """Skipped, recalled, gone back to, notified: each as it was ordered."""
    written = Written()
    written.subscribe("desk", begin=1)
    written.send("desk", 2)
    written.intent("desk")
    written.order(SkipOrder(subscription="desk", number=3, **WHO))
    written.order(a_recall(1))
    written.send("desk", 2)
    written.order(a_recall(2, "erase"))
    written.intent("desk")
    written.order(NotifiedOrder(subscription="desk", alert="v100:2", by="x", how="by telephone", at=WHO["at"]))
    first, second = written.sending("desk", 1), written.sending("desk", 2)
    written.order(RewindOrder(subscription="desk", number=1, **WHO))
    for sending in (first, second):
        written.intent("desk", sending)
        written.receipt("desk")
    verdict = written.verdict()
    assert (verdict.faults, verdict.foreign, verdict.numbers, verdict.receipts) == ((), (), 6, 6)


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


class Skipping(Written):
    """A deliverer with a fault: it leaves an alert out, or sends one twice, in a chain that is whole."""

    def __init__(self, sequences: list[int]) -> None:
        super().__init__()
        self._sequences: Iterator[int] = iter(sequences)

    def told(self, name: str) -> Told:
        told = self.sent.told(next(self._sequences))
        assert told is not None
        page = self.pages[name]
        assert page.line is not None
        page.line = replace(page.line, place=told.sequence - 1)
        return told


@pytest.mark.parametrize(
    ("sequences", "named"),
    [
        ([1, 2, 4, 5, 6, 7], "desk: alert 3 was never sent: number 3 tells 4"),
        ([1, 2, 2, 3, 4, 5, 6, 7], "desk: number 3 tells alert 2, which was sent under another number or before"),
    ],
)
def test_an_alert_that_was_never_sent_or_twice_is_named(sequences: list[int], named: str) -> None:
    written = Skipping(sequences)
    written.subscribe("desk", begin=1)
    written.send("desk", len(sequences))
    (fault,) = written.verdict().faults
    assert named in fault


def test_what_is_yet_to_be_sent_is_held_back_and_no_fault() -> None:
    written = Written()
    written.subscribe("desk", begin=1)
    written.send("desk", 5)
    verdict = written.verdict()
    assert (verdict.faults, verdict.unsent) == ((), 2)
    assert verdict.held_back == ("desk: 2 alerts are not sent yet, from 6 to 7",)
    written.intent("desk")
    verdict = written.verdict()
    assert (verdict.waiting, verdict.unsent, verdict.held_back) == (1, 1, ())
    written.receipt("desk")
    written.send("desk", 1)
    written.order(a_recall(1))
    assert written.verdict().held_back == ("desk: the recall of v100:1 is not sent yet",)
    written.send("desk", 1)
    assert written.verdict().held_back == ()


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


def test_what_was_sent_when_the_agreement_had_ended_is_named() -> None:
    written = Written()
    terms = some_terms(until="2025-12-31T00:00:00Z", **{"from": 1})
    written.order(TermsOrder(subscription="desk", terms=terms, **WHO))
    written.send("desk", 1)
    written.order(TermsOrder(subscription="desk", terms=terms.model_copy(update={"until": None}), **WHO))
    written.send("desk", 6)
    (fault,) = written.verdict().faults
    assert "desk: number 1 has an intent of 2026-01-01T00:00:00Z, and the agreement ended at 2025" in fault


def test_a_body_that_alerts_do_not_make_any_more_is_named() -> None:
    """An alert was changed after it was delivered."""
    written = two_lines()
    told = written.sent.told(5)
    assert told is not None
    written.sent._told[5] = replace(told, value=told.value.replace(b'"rank":1', b'"rank":2'))
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

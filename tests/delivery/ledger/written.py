"""A deliverer's ledger over alerts, written without a courier."""

import hashlib
from itertools import count
from typing import Any, Literal

from delivery.bodies import FORM, make_body
from delivery.delivery_event import DeliveryEvent
from delivery.ledger import Page
from delivery.orders import Orders, heed
from delivery.verify.sent_alerts import SentAlerts
from delivery.verify.verification import DeliveriesOutcome, DeliveriesVerification
from harmwatch_client import Event
from models.delivery.order import Order, TermsOrder, order_bytes
from models.delivery.record import Accepted, Sending, read_delivery
from models.delivery.stall import Stall
from models.record import Record
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
        wanted = some_terms(id=name, content=content, **{"from": begin})
        self.order(TermsOrder(subscription=name, terms=wanted, **WHO))

    def flush(self, page: Page) -> None:
        self.values += page.values
        page.values.clear()

    def intent(self, name: str, again: Sending | None = None) -> None:
        page, line = self.pages[name], self.pages[name].line
        assert line is not None
        event = self.told(name) if again is None else self.again(again)
        body = make_body(event, name, self.contents[name], line.next_number, line.followed)
        page.add(
            Sending, number=line.next_number, follows=line.followed, event=event.event, id=event.id,
            sequence=event.sequence, order=event.order, form=FORM, digest=hashlib.sha256(body).hexdigest(),
        )  # fmt: skip
        self.flush(page)

    def stall(self, name: str, stall: Stall) -> None:
        """The intent to tell of another subscription."""
        page, line = self.pages[name], self.pages[name].line
        assert line is not None
        event = DeliveryEvent.stalled("v100", stall, line.place)
        body = make_body(event, name, self.contents[name], line.next_number, line.followed)
        page.add(
            Sending, number=line.next_number, follows=line.followed, event="stall", id=event.id, stall=stall,
            sequence=event.sequence, form=FORM, digest=hashlib.sha256(body).hexdigest(),
        )  # fmt: skip
        self.flush(page)

    def told(self, name: str) -> DeliveryEvent:
        line = self.pages[name].line
        assert line is not None
        due = [one for one in line.recalls if one.sequence <= line.place]
        if line.next_band is not None:
            return DeliveryEvent.band("v100", line.opened, line.next_band, self.sent.members_at(line.next_band))
        if due:
            return DeliveryEvent.recall("v100", due[0].order, self.orders.recall(due[0].order), line.opened)
        sequence = self.sent.log.next_sequence(line)
        assert sequence is not None
        event = self.sent.event(sequence)
        assert event is not None
        return event

    def again(self, before: Sending) -> DeliveryEvent:
        event = self.sent.event(before.sequence)
        assert event is not None
        return event

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

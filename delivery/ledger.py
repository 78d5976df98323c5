"""The ledger: what the records of deliveries.v1 come to, a line for each subscription. It knows nothing else."""

import json
from collections.abc import Callable
from typing import Any, Self

from delivery.numbering.line import ALERTING, HEARTBEAT, Line
from delivery.numbering.places import state_of
from delivery.numbering.succession import begin_at, place_behind, succeed
from models.delivery.record import Delivery, Places, delivery_bytes, read_delivery, value_digest
from models.errors import Unproved
from models.topics import ALERTS, DELIVERY_ORDERS

__all__ = ["ALERTING", "HEARTBEAT", "Ledger", "Line", "Page", "check_reach", "succeed"]


class Ledger:
    """Takes the values of deliveries.v1 in order; `lines` by id.

    `is_tail`: what lies before was not read, so that a line begins with its places as well.
    """

    def __init__(self, is_tail: bool = False) -> None:
        self.lines: dict[str, Line] = {}
        self.is_tail = is_tail

    def take(self, value: bytes | None) -> Delivery | None:
        """The next record; None: it is foreign, and changes nothing. What continues its line is ours."""
        record = read_delivery(value)
        if record is None or value is None:
            return None
        try:
            line = self._succeed(record, value_digest(value))
        except ValueError:
            return None
        self.lines[record.subscription] = line
        return record

    def is_continued_by(self, value: bytes | None) -> bool:
        """Whether a record names the newest of a line as the one before it, readable or not."""
        try:
            content = json.loads(value or b"")
        except ValueError:
            return False
        line = self.lines.get(str(content.get("subscription"))) if isinstance(content, dict) else None
        return line is not None and content.get("previous") == line.digest

    def _succeed(self, record: Delivery, digest: str) -> Line:
        """Raises ValueError where it does not continue the line."""
        before = self.lines.get(record.subscription)
        if before is None and self.is_tail and isinstance(record, Places):
            return begin_at(record, digest)
        return succeed(before, record, digest)


def check_reach(ledger: Ledger, last_alert: int, last_order: int) -> None:
    """Raises Unproved where a line is about an alert or an order that is not there: a topic was recreated."""
    for name, line in ledger.lines.items():
        sent = line.place if line.highest else 0  # before number 1 it is a place to begin at, which may be yet to come
        sent = sent if line.waiting is None else place_behind(line, line.waiting)
        for topic, reached, last in ((ALERTS, sent, last_alert), (DELIVERY_ORDERS, line.order, last_order)):
            if reached > last:
                raise Unproved(f"{topic.name} ends at {last}, and {name} is at {reached}: was it recreated?")


class Page:
    """Records that one subscription writes together, all or nothing; `line` is what it comes to by them."""

    def __init__(self, subscription: str, line: Line | None, now: Callable[[], str]) -> None:
        self.subscription, self._now = subscription, now
        self.line = line
        self.values: list[bytes] = []

    def add(self, kind: type[Delivery], **facts: Any) -> Self:  # Any: the fields of the kind
        """One more. Raises ValueError where it would not continue the line."""
        previous = None if self.line is None else self.line.digest
        record = kind(subscription=self.subscription, at=self._now(), previous=previous, **facts)
        value = delivery_bytes(record)
        self.line = succeed(self.line, record, value_digest(value))
        self.values.append(value)
        return self

    def add_places(self) -> Self:
        """What it has come to by them."""
        return self if self.line is None else self.add(Places, state=state_of(self.line))

    @property
    def key(self) -> bytes:
        """Of each record."""
        return self.subscription.encode()

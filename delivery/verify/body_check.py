"""Whether alerts, bands and orders still make the body of which a number has the digest."""

import hashlib

from delivery.bodies import FORM
from delivery.delivery_event import DeliveryEvent
from delivery.numbering.composition import Composition
from delivery.orders import Orders
from delivery.verify.sent_alerts import SentAlerts
from models.delivery.order import RecallOrder, TermsOrder
from models.delivery.record import Opened, Sending


class BodyCheck:
    """Holds each body of a subscription against alerts.v1."""

    def __init__(self, opened: Opened, sent: SentAlerts, orders: Orders) -> None:
        self._opened, self._sent, self._orders = opened, sent, orders
        terms = orders.find(opened.order)
        self._content = terms.terms.content if isinstance(terms, TermsOrder) else None

    def fault(self, fact: Sending) -> str | None:
        """What is wrong, in words; None: nothing is."""
        parts = self._parts(fact)
        if parts is None or self._content is None:
            return f"number {fact.number} tells {fact.id}, which is not there"
        found = Composition.again(fact, parts)
        identity = found.identity(fact.subscription, fact.number)
        if fact.form != FORM:
            return f"number {fact.number} is in form {fact.form}, which this version does not make"
        if fact.last_number != found.last(fact.number):
            return f"numbers {fact.number} to {fact.last_number} tell {len(parts)} alerts"
        if identity != fact.id:
            return f"number {fact.number} is named {fact.id}, and tells {identity}"
        body = found.body(fact.subscription, self._content, fact.number, fact.follows)
        if hashlib.sha256(body).hexdigest() != fact.digest:
            return f"number {fact.number} has the digest of another body than {fact.id} makes"
        return None

    def _parts(self, fact: Sending) -> tuple[DeliveryEvent, ...] | None:
        """What it tells; None: some of it is not there."""
        if fact.event in {"batch", "digest"}:
            found = [self._sent.event(one) for one in fact.sequences]
            parts = tuple(one for one in found if one is not None)
            return parts if parts and len(parts) == len(found) else None
        item = self._event(fact)
        return None if item is None else (item,)

    def _event(self, fact: Sending) -> DeliveryEvent | None:
        board = self._sent.log.board or ""
        if fact.event == "band":
            return DeliveryEvent.band(board, self._opened, fact.sequence, self._sent.members_at(fact.sequence))
        if fact.stall is not None:
            return DeliveryEvent.stalled(board, fact.stall, fact.sequence)
        if fact.event == "recall":
            order = None if fact.order is None else self._orders.find(fact.order)
            if fact.order is None or not isinstance(order, RecallOrder):
                return None
            return DeliveryEvent.recall(board, fact.order, order, self._opened)
        return self._sent.event(fact.sequence)

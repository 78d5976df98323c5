"""The orders of delivery-orders.v1: which terms stand at which offset, and what of them a line has not heeded yet."""

import asyncio
from collections.abc import Mapping
from types import MappingProxyType

from delivery.alert_log import AlertLog
from delivery.ledger import Line, Page
from models.delivery.order import (
    CloseOrder,
    NotifiedOrder,
    Order,
    PauseOrder,
    RecallOrder,
    ResumeOrder,
    RewindOrder,
    SkipOrder,
    TermsOrder,
    read_order,
)
from models.delivery.record import Changed, Closed, Late, Notified, Opened, Paused, Recalled, Resumed, Rewound, SetAside
from models.delivery.terms import KNOWS_NO_REPEAT, MIRRORS, NEVER_CHANGE, Terms
from models.errors import Unproved
from models.topics import DELIVERY_ORDERS

MOST_AGAIN = 10_000
"""Numbers that one rewind sends again: their intents are read into memory."""


class Orders:
    """Takes the records of the topic in order; foreign ones are passed over."""

    def __init__(self) -> None:
        self._orders: dict[str, list[tuple[int, Order]]] = {}
        self._recalls: dict[int, RecallOrder] = {}
        self._first_recalls: dict[str, int] = {}
        """by the id of the order, which is the same for the same"""

        self._found: dict[int, Order] = {}
        self._news = asyncio.Event()
        self.last = -1
        """the offset of the newest record, foreign or not"""

    def take(self, offset: int, value: bytes | None) -> bool:
        """The next record; False: it is foreign."""
        self.last = offset
        order = read_order(value)
        if order is None:
            return False
        self._found[offset] = order
        if isinstance(order, RecallOrder):
            self._recalls[offset] = order
            self._first_recalls.setdefault(order.id, offset)
        else:
            self._orders.setdefault(order.subscription, []).append((offset, order))
        self._news.set()
        return True

    def subscriptions(self) -> list[str]:
        """Those of which terms are known."""
        return [name for name, orders in self._orders.items() if any(isinstance(one, TermsOrder) for _, one in orders)]

    def newest(self, subscription: str) -> Terms | None:
        """The terms that were ordered last; None: none were."""
        found = [one.terms for _, one in self._orders.get(subscription, ()) if isinstance(one, TermsOrder)]
        return found[-1] if found else None

    def terms(self, subscription: str, order: int) -> Terms:
        """The terms that an order puts in force. Raises Unproved where they are gone."""
        for at, one in self._orders.get(subscription, ()):
            if at == order and isinstance(one, TermsOrder):
                return one.terms
        raise Unproved(f"{DELIVERY_ORDERS.name} holds no terms of {subscription} at offset {order} any more")

    def find(self, offset: int) -> Order | None:
        """The order at an offset; None: there is none."""
        return self._found.get(offset)

    @property
    def recalls(self) -> Mapping[int, RecallOrder]:
        """What was recalled, by the offset of the order."""
        return MappingProxyType(self._recalls)

    def recall(self, order: int) -> RecallOrder:
        """What an order recalls. Raises Unproved where it is gone."""
        if order not in self._recalls:
            raise Unproved(f"{DELIVERY_ORDERS.name} holds no recall at offset {order} any more")
        return self._recalls[order]

    def is_repeat(self, order: int) -> bool:
        """Whether a recall was ordered before, and not to be sent again."""
        found = self._recalls[order]
        return not found.again and self._first_recalls[found.id] < order

    def unheeded(self, subscription: str, line: Line | None) -> list[tuple[int, Order]]:
        """What the line has not heeded yet, in order; what was recalled before it opens comes behind that."""
        mine = self._orders.get(subscription, [])
        heeded, known = (-1, frozenset()) if line is None else (line.order, line.recalled)
        found = [(at, one) for at, one in mine if at > heeded]
        recalls: list[tuple[int, Order]] = [(at, one) for at, one in self._recalls.items() if at not in known]
        opens = next((at for at, one in mine if isinstance(one, TermsOrder)), 0)
        return sorted([*found, *recalls], key=lambda one: (max(one[0], opens), one[0] < opens, one[0]))

    async def wait_for_news(self) -> None:
        """Returns when another order has come since the last time."""
        await self._news.wait()
        self._news.clear()


def heed(page: Page, at: int, order: Order, orders: Orders, alerts: AlertLog) -> None:
    """Writes what an order does now, or that it is late."""
    line = page.line
    if line is None:
        if isinstance(order, TermsOrder):
            begin = order.terms.begin
            place = begin - 1 if isinstance(begin, int) else alerts.last
            page.add(Opened, order=at, place=place, band=begin == "band")
    elif isinstance(order, RecallOrder) and not orders.is_repeat(at) and alerts.is_to_recall(order, line):
        page.add(Recalled, order=at, alert_id=order.alert_id, sequence=order.sequence, asked=order.asked)
    elif isinstance(order, NotifiedOrder) and any(one.alert_id == order.alert for one in line.recalls):
        page.add(Notified, order=at, alert=order.alert)
    elif isinstance(order, TermsOrder) and is_same_agreement(order.terms, orders.terms(order.subscription, line.terms)):
        page.add(Changed, order=at)
    elif isinstance(order, SkipOrder) and line.waiting is not None and line.waiting.number == order.number:
        page.add(SetAside, order=at, number=order.number)
    elif isinstance(order, RewindOrder) and may_order_rewind(line, order, orders.terms(order.subscription, line.terms)):
        page.add(Rewound, order=at, number=order.number)
    else:
        _open_or_shut(page, line, at, order, alerts)


def _open_or_shut(page: Page, line: Line, at: int, order: Order, alerts: AlertLog) -> None:
    """What an order makes of a line that sends, or of one that does not."""
    match order:
        case CloseOrder() if not isinstance(line.closed, Closed):
            page.add(Closed, order=at)
        case PauseOrder() if line.closed is None:
            page.add(Paused, order=at)
        case ResumeOrder() if line.closed is not None or line.ended is not None:
            goes_on = order.begin == "place" or line.waiting is not None or line.is_again
            page.add(Resumed, order=at, band=None if goes_on else max(alerts.last, line.place))
        case _:
            page.add(Late, order=at)


def may_rewind(line: Line, number: int) -> bool:
    """Whether it was sent by the terms in force, not set aside, and not too many are sent again."""
    return line.can_rewind(number) and number >= line.first and line.highest - number < MOST_AGAIN


def may_order_rewind(line: Line, order: RewindOrder, terms: Terms) -> bool:
    """Whether a person may order it, too: of a sink that cannot know a repeat only by `really`."""
    is_fit = terms.sink not in MIRRORS and (order.really or terms.sink not in KNOWS_NO_REPEAT)
    return is_fit and may_rewind(line, order.number)


def is_same_agreement(terms: Terms, others: Terms) -> bool:
    """Whether nothing differs that never changes under an id."""
    return all(getattr(terms, name) == getattr(others, name) for name in NEVER_CHANGE)

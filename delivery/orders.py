"""The orders of delivery-orders.v1: which terms stand at which offset, and what of them a line has not heeded yet."""

import asyncio
from collections.abc import Iterator

from delivery.ledger import Line, Page
from models.delivery.order import CloseOrder, Order, ResumeOrder, RewindOrder, SkipOrder, TermsOrder, read_order
from models.delivery.record import Changed, Closed, Late, Opened, Resumed, Rewound, SetAside
from models.delivery.terms import NEVER_CHANGE, Terms
from models.errors import Unproved
from models.topics import DELIVERY_ORDERS

MOST_AGAIN = 10_000
"""Numbers that one rewind sends again: their intents are read into memory."""


class Orders:
    """Takes the records of the topic in order; foreign ones are passed over."""

    def __init__(self) -> None:
        self._orders: dict[str, list[tuple[int, Order]]] = {}
        self._news = asyncio.Event()
        self.last = -1
        """the offset of the newest record, foreign or not"""

    def take(self, offset: int, value: bytes | None) -> bool:
        """The next record; False: it is foreign."""
        self.last = offset
        order = read_order(value)
        if order is None:
            return False
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

    def unheeded(self, subscription: str, line: Line | None) -> Iterator[tuple[int, Order]]:
        """Those behind the last one that the line has heeded."""
        heeded = -1 if line is None else line.order
        return ((at, order) for at, order in self._orders.get(subscription, ()) if at > heeded)

    async def wait_for_news(self) -> None:
        """Returns when another order has come since the last time."""
        await self._news.wait()
        self._news.clear()


def heed(page: Page, at: int, order: Order, orders: Orders, place: int) -> None:
    """Writes what an order does now, or that it is late. `place`: the sequence of the newest alert."""
    line = page.line
    if line is None:
        if isinstance(order, TermsOrder):
            begin = order.terms.begin
            page.add(Opened, order=at, place=begin - 1 if isinstance(begin, int) else place, band=begin == "band")
    elif isinstance(order, TermsOrder) and is_same_agreement(order.terms, orders.terms(order.subscription, line.terms)):
        page.add(Changed, order=at)
    elif isinstance(order, CloseOrder) and line.closed is None:
        page.add(Closed, order=at)
    elif isinstance(order, ResumeOrder) and line.closed is not None:
        page.add(Resumed, order=at)
    elif isinstance(order, SkipOrder) and line.waiting is not None and line.waiting.number == order.number:
        page.add(SetAside, order=at, number=order.number)
    elif isinstance(order, RewindOrder) and may_rewind(line, order.number):
        page.add(Rewound, order=at, number=order.number)
    else:
        page.add(Late, order=at)


def may_rewind(line: Line, number: int) -> bool:
    """Whether it was sent, not set aside, and not too many are sent again."""
    return line.can_rewind(number) and line.highest - number < MOST_AGAIN


def is_same_agreement(terms: Terms, others: Terms) -> bool:
    """Whether nothing differs that never changes under an id."""
    return all(getattr(terms, name) == getattr(others, name) for name in NEVER_CHANGE)

"""The stalls of other subscriptions that one is sent."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from delivery.couriers.desk import Desk
from delivery.numbering.escalation import left_us, stalls_for
from models.delivery.stall import Stall
from models.instants import SECOND


class Escalations:
    """To one subscription. Raises Unproved where terms in force are gone from delivery-orders.v1."""

    def __init__(self, desk: Desk, subscription: str) -> None:
        self._desk, self._subscription = desk, subscription

    def due(self) -> Stall | None:
        """The next one; None: none is due yet."""
        return next((stall for left, stall in self._left() if left <= 0), None)

    def ends(self) -> list[Coroutine[Any, Any, object]]:
        """What ends a wait: the instant at which the next one is due, where one is to come."""
        left = min((left for left, _ in self._left()), default=None)
        return [] if left is None else [asyncio.sleep(left / SECOND)]

    def _left(self) -> list[tuple[int, Stall]]:
        """In order, each with the microseconds until it is due."""
        desk = self._desk
        found = stalls_for(desk.ledger.lines, self._subscription, desk.orders)
        return [(left_us(one, desk.now(), desk.pace.escalates_after), one) for one in found]

"""One term in office: a courier for each subscription, and what people order of them."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from delivery.couriers.courier import Courier
from delivery.couriers.desk import Desk
from delivery.ledger import Line, Page
from delivery.mirror import Mirror
from delivery.orders import Orders, heed
from delivery.secrets import Secrets
from delivery.sinks.kinds import open_sink
from delivery.sinks.sink import Sink
from models.delivery.record import Closed, Delivery, Opened, Paused, read_delivery
from models.delivery.terms import Terms
from runtime.events import Event, happened

_SHUTDOWN_SECONDS = 3.0
"""For requests that are under way when the process ends: their receipts spare a repeat."""

log = logging.getLogger(__name__)


class Office:
    """Lasts until it is told to end, or something fails. Raises Unavailable."""

    def __init__(self, desk: Desk, orders: Orders, secrets: Secrets) -> None:
        self._desk, self._orders, self._secrets = desk, orders, secrets
        self._couriers: dict[str, tuple[Courier, asyncio.Task[None]]] = {}
        self._beginnings: dict[str, asyncio.Task[None]] = {}
        self._failure: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def run(self, ends: Coroutine[Any, Any, object]) -> None:
        """Until `ends` returns. What is under way gets a moment to come to its receipt."""
        writing, heeding, until = [
            self._watched(one) for one in (self._desk.ledger_writer.run(), self._heed_orders(), ends)
        ]
        try:
            await asyncio.wait([until, self._failure], return_when=asyncio.FIRST_COMPLETED)
            for task in (heeding, *self._beginnings.values()):
                task.cancel()
            if not self._failure.done():
                await self._say_goodbye()
        finally:
            couriers = [task for _, task in self._couriers.values()]
            work = [writing, heeding, until, *self._beginnings.values(), *couriers]
            for task in work:
                task.cancel()
            await asyncio.gather(*work, return_exceptions=True)
        if self._failure.done():
            self._failure.result()

    def _watched(self, work: Coroutine[Any, Any, object]) -> asyncio.Task[None]:
        """A task whose failure ends the term."""

        async def watched() -> None:
            try:
                await work
            except Exception as error:
                if not self._failure.done():
                    self._failure.set_exception(error)

        return asyncio.create_task(watched())

    async def _heed_orders(self) -> None:
        """Each subscription in a task of its own: one whose request hangs keeps no other from its orders."""
        while True:
            for name in self._orders.subscriptions():
                if name not in self._beginnings and self._is_behind(name):
                    self._beginnings[name] = self._watched(self._catch_up(name))
            await self._orders.wait_for_news()

    def _is_behind(self, name: str) -> bool:
        line = self._desk.ledger.lines.get(name)
        return name not in self._couriers or bool(self._orders.unheeded(name, line))

    async def _catch_up(self, name: str) -> None:
        while self._is_behind(name):
            await self._begin_again(name)
        del self._beginnings[name]

    async def _begin_again(self, name: str) -> None:
        """Heeds what is ordered while nobody delivers, then delivers by the terms in force."""
        await self._end(name)
        page = Page(name, self._desk.ledger.lines.get(name), self._desk.now)
        for at, order in self._orders.unheeded(name, page.line):
            heed(page, at, order, self._orders, self._desk.alerts)
        if name not in self._couriers:
            page.add_places()  # whoever comes next begins here
        await self._desk.ledger_writer.write(page)
        for fact in map(read_delivery, page.values):
            _say(fact)
        line = self._desk.ledger.lines[name]
        if line.closed is not None:
            self._desk.alerts.wake()  # another subscription may have to hear of its recalls
        terms = self._orders.terms(name, line.terms)
        courier = Courier(self._desk, terms, self._sink(terms, line))
        self._couriers[name] = courier, self._watched(courier.run())

    def _sink(self, terms: Terms, line: Line) -> Sink:
        """One that is closed shows nothing, not even what it was told before."""
        mirror = None if line.closed is not None else Mirror(self._desk.alerts, self._desk.ledger_writer.prove)
        return open_sink(terms, self._secrets, mirror, line.place if line.number else 0, self._desk.is_exercise)

    async def _end(self, name: str) -> None:
        if name in self._couriers:
            courier, task = self._couriers[name]
            courier.stop()
            await task

    async def _say_goodbye(self) -> None:
        for courier, _ in self._couriers.values():
            courier.stop()
        tasks = [task for _, task in self._couriers.values()]
        if tasks:
            await asyncio.wait(tasks, timeout=_SHUTDOWN_SECONDS)


def _say(fact: Delivery | None) -> None:
    if isinstance(fact, Opened):
        facts = happened(Event.OPENED, subscription=fact.subscription)
        log.info("%s: begins behind alert %d", fact.subscription, fact.place, extra=facts)
    if isinstance(fact, Closed | Paused):
        facts = happened(Event.CLOSED, subscription=fact.subscription)
        log.info("%s: is %s", fact.subscription, fact.kind, extra=facts)

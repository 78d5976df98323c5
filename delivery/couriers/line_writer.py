"""The line of one subscription, as its courier reads and writes it."""

import math

from delivery.couriers.clock import steady_seconds
from delivery.couriers.desk import Desk
from delivery.ledger import Line, Page
from runtime.events import Event, happened

_SURE_SECONDS = 1.0
"""For so long after Kafka took something from this courier nothing asks whether it is still in office."""


class LineWriter:
    """Raises Unavailable where it cannot write."""

    def __init__(self, desk: Desk, subscription: str) -> None:
        self._desk, self._subscription = desk, subscription
        self._sure_until = -math.inf

    @property
    def line(self) -> Line:
        """How far it is, as Kafka has it."""
        return self._desk.ledger.lines[self._subscription]

    @property
    def is_sure(self) -> bool:
        """Whether this process was in office a moment ago."""
        return steady_seconds() <= self._sure_until

    def page(self) -> Page:
        """What is written next, empty yet."""
        return Page(self._subscription, self.line, self._desk.now)

    async def write(self, page: Page) -> None:
        """Returns when Kafka has it; the places go along where they are due."""
        begun = steady_seconds()
        if page.values and self._desk.rounds.is_due(self._subscription):
            page.add_places()
        await self._desk.ledger_writer.write(page)
        self._desk.rounds.count(len(page.values))
        self._sure_until = begun + _SURE_SECONDS

    def facts(self, event: Event, **facts: str | int | None) -> dict[str, object]:
        """What a line of the log says besides its text."""
        return happened(event, subscription=self._subscription, **facts)

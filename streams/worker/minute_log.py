"""What a worker says once a minute of its work: a log that is silent tells nobody whether that is good."""

import asyncio
import logging

from runtime.events import Event, happened
from runtime.metrics.meters import Meters

_MINUTE_SECONDS = 60.0
_COUNTERS = {
    "records": "records_applied_total",
    "refused": "records_refused_total",
    "moves": "transitions_total",
    "alerts": "alerts_published_total",
    "dead letters": "dead_letters_published_total",
}
log = logging.getLogger(__name__)


class MinuteLog:
    """Says what has been counted since the last time."""

    def __init__(self, meters: Meters, seconds: float = _MINUTE_SECONDS) -> None:
        self._meters = meters
        self._seconds = seconds
        self._before = dict.fromkeys(_COUNTERS, 0)

    async def run(self) -> None:
        """Never returns."""
        while True:
            await asyncio.sleep(self._seconds)
            self.say()

    def say(self) -> None:
        """One line."""
        now = {what: int(self._meters.total(name)) for what, name in _COUNTERS.items()}
        done = {what: count - self._before[what] for what, count in now.items()}
        self._before = now
        counts = ", ".join(f"{what} {count:,}" for what, count in done.items())
        facts = happened(Event.MINUTE, **{what.replace(" ", "_"): count for what, count in done.items()})
        log.info("in the last %.0f s: %s", self._seconds, counts, extra=facts)

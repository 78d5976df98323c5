"""What a scrape sees of a deliverer: whether it is in office, and how far each subscription is."""

import time
from collections.abc import Callable, Iterator, Mapping

from delivery.alert_log import AlertLog
from delivery.ledger import Ledger, Line
from models.delivery.record import Closed, Sending
from models.instants import SECOND, parse_instant

Sample = tuple[str, Mapping[str, str], float]
"""A gauge now, as runtime/metrics/meters.py takes it."""
Tried = Callable[[Sending, str, float], None]
"""Hears of each request: for which number, what came of it, after how many seconds."""


class DeliveryView:
    """Shown from any thread. Who stands by says that alone: what it has read along may be old."""

    def __init__(self, tried: Tried = lambda *_: None) -> None:
        """`tried` hears of each request; see Desk."""
        self.tried = tried
        self._office: tuple[Ledger, AlertLog] | None = None

    def show(self, ledger: Ledger, alerts: AlertLog) -> None:
        """From here on this process is in office."""
        self._office = ledger, alerts

    def hide(self) -> None:
        """It is not any more."""
        self._office = None

    def samples(self) -> Iterator[Sample]:
        """For a scrape."""
        office = self._office
        yield "deliverer_in_office", {}, office is not None
        if office is None:
            return
        ledger, alerts = office
        for name, line in dict(ledger.lines).items():
            for metric, value in _of(line, alerts.last).items():
                yield metric, {"subscription": name}, value


def _of(line: Line, last: int) -> dict[str, float]:
    is_open = line.closed is None
    is_gone = isinstance(line.closed, Closed) and line.closed.order is None
    sent_at = line.waiting.at if is_open and line.waiting is not None else None
    return {
        "subscription_open": is_open,
        "subscription_stalled": is_gone or (is_open and line.stalled is not None),
        "subscription_number": line.number,
        "subscription_alerts_behind": max(0, last - line.place) if is_open else 0,
        "subscription_waiting_seconds": 0
        if sent_at is None
        else max(0.0, time.time() - parse_instant(sent_at) / SECOND),
    }

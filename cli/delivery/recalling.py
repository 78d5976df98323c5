"""What is recalled, and whom that concerns: what `recall` and `erase` order."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from cli.alerts.reading import open_alerts
from cli.delivery.ledger import now_text, read_ledger, read_orders, send_orders
from cli.who import operator
from delivery.alert_log import AlertLog
from delivery.ledger import Line
from delivery.orders import Orders
from harmwatch_client import Alert
from models.delivery.order import RecallOrder
from models.delivery.recall import Asked, Interval, RecallReason, recall_id
from models.delivery.record import Closed
from models.errors import Unavailable
from runtime.settings import Settings


@dataclass(frozen=True, slots=True)
class Recalls:
    """`alerts`: the sequence of each that was sent, by its id; `lines`: who got them, or is about to."""

    log: AlertLog
    alerts: Mapping[str, int]
    lines: Mapping[str, Line]
    orders: Orders

    def recipients(self, alert_id: str) -> Sequence[str]:
        """The subscriptions that got it, or are about to: by itself, or in the band with which they began."""
        sequence = self.alerts[alert_id]
        return [name for name, line in self.lines.items() if self.log.concerns(sequence, line)]

    def unreached(self, alert_id: str) -> Sequence[str]:
        """Those of them that nothing reaches now."""
        return [one for one in self.recipients(alert_id) if self._is_shut(one) and not self._has_contact(one)]

    def _is_shut(self, name: str) -> bool:
        return self.lines[name].stalled is not None or self.lines[name].closed is not None

    def _has_contact(self, name: str) -> bool:
        """Whether it is closed, and another subscription of its recipient hears of it."""
        terms, line = self.orders.newest(name), self.lines[name]
        contact = None if terms is None else terms.contact
        is_known = contact is not None and contact in self.lines
        return isinstance(line.closed, Closed) and is_known and not self._is_shut(str(contact))

    def awaited(self, now: Collection[str], before: Collection[str]) -> Sequence[str]:
        """The subscriptions that have not accepted each recall: of alerts recalled just now, and of some before."""
        return [
            name
            for name, line in self.lines.items()
            if any(self.log.concerns(self.alerts[one], line) for one in now)
            or any(one.alert_id in before for one in line.recalls)
        ]

    def was_recalled(self, alert_id: str, asked: Asked) -> bool:
        """Whether the same was asked before."""
        return any(one.id == recall_id(alert_id, asked) for one in self.orders.recalls.values())


def find_recalls(settings: Settings, passed_over: tuple[int, ...] = (), *, with_baseline: bool = False) -> Recalls:
    """What can be recalled now; a baseline names many, and only an erasure recalls it.

    Raises PreconditionFailed where a topic is missing, Unproved, Unavailable."""
    log, alerts = AlertLog(_read_nothing), {}
    with open_alerts(settings, passed_over=passed_over) as sent:
        for event in sent.until_now():
            log.take(event)
            if isinstance(event, Alert) or with_baseline:
                alerts[event.id] = event.sequence
    return Recalls(log, alerts, read_ledger(settings).lines, read_orders(settings))


@dataclass(frozen=True, slots=True)
class WrongEvent:
    """An event that does not hold: its sequence, and when the band was wrong by it, where that is known."""

    sequence: int
    intervals: tuple[Interval, ...] = ()


def order_recalls(
    settings: Settings, events: Mapping[str, WrongEvent], reason: RecallReason, why: str, *, again: bool = False
) -> None:
    """They stand on the topic when this returns. `again`: though they stand there already. Raises Unavailable."""
    by, at = operator(), now_text()
    asked: Asked = "erase" if reason == "erased" else "rectify"
    send_orders(
        settings,
        [
            RecallOrder(
                id=recall_id(one, asked), again=again, alert_id=one, sequence=wrong.sequence, asked=asked,
                reason=reason, intervals=wrong.intervals, by=by, why=why, at=at,
            )
            for one, wrong in events.items()
        ],
    )  # fmt: skip


def _read_nothing(_offset: int, _count: int) -> Sequence[Alert]:
    raise Unavailable("who recalls reads no alert once more")

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
from models.delivery.recall import RecallReason
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
        return [one for one in self.recipients(alert_id) if self.lines[one].stalled or self.lines[one].closed]

    def awaited(self, now: Collection[str], before: Collection[str]) -> Sequence[str]:
        """The subscriptions that have not accepted each recall: of alerts recalled just now, and of some before."""
        return [
            name
            for name, line in self.lines.items()
            if any(self.log.concerns(self.alerts[one], line) for one in now)
            or any(one.alert_id in before for one in line.recalls)
        ]

    def was_recalled(self, alert_id: str, reason: RecallReason | None = None) -> bool:
        """Whether it was, for this reason, or for any."""
        return any(one.alert_id == alert_id and reason in {None, one.reason} for one in self.orders.recalls.values())


def find_recalls(settings: Settings, passed_over: tuple[int, ...] = ()) -> Recalls:
    """What can be recalled now. Raises PreconditionFailed where a topic is missing, Unproved, Unavailable."""
    log, alerts = AlertLog(_read_nothing), {}
    with open_alerts(settings, passed_over=passed_over) as sent:
        for event in sent.until_now():
            log.take(event)
            if isinstance(event, Alert):
                alerts[event.id] = event.sequence
    return Recalls(log, alerts, read_ledger(settings).lines, read_orders(settings))


def order_recalls(settings: Settings, sequences: Mapping[str, int], reason: RecallReason, why: str) -> None:
    """They stand on the topic when this returns. Raises Unavailable."""
    by, at = operator(), now_text()
    send_orders(
        settings,
        [
            RecallOrder(alert_id=alert_id, sequence=sequence, reason=reason, by=by, why=why, at=at)
            for alert_id, sequence in sequences.items()
        ],
    )


def _read_nothing(_offset: int, _count: int) -> Sequence[Alert]:
    raise Unavailable("who recalls reads no alert once more")

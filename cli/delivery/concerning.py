"""Which numbers are about a person: what moved them or names them, a band they stand in, a recall of one of these."""

from collections.abc import Iterable, Iterator
from typing import Literal

from cli.alerts.reading import sent_alerts
from cli.delivery.delivery_row import DeliveryRow
from cli.delivery.naming import names
from delivery.orders import Orders
from models.alert import Alert, BaselineEvent
from models.delivery.order import RecallOrder
from models.errors import WrongUse
from models.journal.transition import Move
from models.token import Token
from runtime.settings import Settings

What = Literal["alert", "band", "baseline", "recall"]


def concerning(
    settings: Settings, orders: Orders, rows: Iterable[DeliveryRow], offender_id: str, passed_over: tuple[int, ...] = ()
) -> Iterator[tuple[DeliveryRow, What]]:
    """Those of the rows, and how. Raises WrongUse where no key opens what is sealed, Unproved, Unavailable."""
    about = _About(offender_id, orders)
    with sent_alerts(settings, passed_over=passed_over) as sent:
        for event in sent:
            about.take(event)
    for row in rows:
        if (what := about.what(row)) is not None:
            yield row, what


class _About:
    """What on alerts.v1 names one person."""

    def __init__(self, offender_id: str, orders: Orders) -> None:
        self._who, self._orders = offender_id, orders
        self._alerts: set[str] = set()
        self._stays: list[tuple[int, int | None]] = []

    def take(self, event: Alert | BaselineEvent) -> None:
        """The next event. Raises WrongUse where it is sealed."""
        people = [event.offender_id] if isinstance(event, Alert) else [one.offender_id for one in event.band]
        if any(map(Token.read, people)):
            raise WrongUse("the alerts are sealed: HARMWATCH_KEY_STORE must name the store with their keys")
        if not names(event, self._who):
            return
        if isinstance(event, BaselineEvent):
            self._alerts.add(f"{event.board}:baseline:{event.last_sequence}")
            self._stays.append((event.last_sequence, None))
            return
        self._alerts.add(event.alert_id)
        if event.offender_id == self._who and event.transition is Move.ENTERED:
            self._stays.append((event.sequence, None))
        elif event.offender_id == self._who and self._stays:
            self._stays[-1] = self._stays[-1][0], event.sequence

    def what(self, row: DeliveryRow) -> What | None:
        """How a number is about them; None: it is not."""
        if row.order is not None:
            recall = self._orders.find(row.order)
            is_theirs = isinstance(recall, RecallOrder) and recall.alert_id in self._alerts
            return "recall" if is_theirs else None
        if not self._alerts.isdisjoint(row.alerts):
            return "baseline" if ":baseline:" in row.id else "alert"
        if f":{row.subscription}:band" in row.id:
            is_in = any(begun <= row.sequence and (end is None or row.sequence < end) for begun, end in self._stays)
            return "band" if is_in else None
        return None

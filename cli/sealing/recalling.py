"""What was delivered about a person is recalled while their key still tells which alerts those are."""

from typing import NamedTuple

from cli.alerts.reading import sent_alerts
from cli.delivery.ledger import read_orders
from cli.delivery.naming import names
from cli.delivery.recalling import WrongEvent, find_recalls, order_recalls
from cli.topics import are_there
from models.alert import Alert, BaselineEvent
from models.topics import DELIVERY_TOPICS
from runtime.settings import Settings


class RecalledCount(NamedTuple):
    """Of how many events a recall was ordered now, and which subscriptions have not accepted all of them yet."""

    alerts: int
    awaited: tuple[str, ...] = ()


def recall_what_was_delivered(
    settings: Settings, offender_id: str, why: str, passed_over: tuple[int, ...] = ()
) -> RecalledCount:
    """Orders it, and says of how many events that name them in any field; 0 where nothing was ever delivered.

    What an interrupted erasure has recalled is not recalled twice. Raises Unproved, Unavailable.
    """
    if not are_there(settings, *DELIVERY_TOPICS) or not read_orders(settings).subscriptions():
        return RecalledCount(0)
    with sent_alerts(settings, passed_over=passed_over) as sent:
        ours = [_id(one) for one in sent if names(one, offender_id)]
    found = find_recalls(settings, passed_over, with_baseline=True)
    owed = [one for one in ours if one in found.alerts and found.alerts[one] and not found.was_recalled(one, "erase")]
    news = {one: WrongEvent(found.alerts[one]) for one in owed}
    order_recalls(settings, news, "erased", why)
    return RecalledCount(len(news), tuple(found.awaited(news, ours)))


def _id(event: Alert | BaselineEvent) -> str:
    """As deliveries name it."""
    return event.alert_id if isinstance(event, Alert) else f"{event.board}:baseline:{event.last_sequence}"

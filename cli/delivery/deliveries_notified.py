"""`harmwatch deliveries notified`: a recall has reached a recipient on another way, such as by telephone."""

import click

from cli.delivery.ledger import now_text, read_ledger, refuse_unknown, send_orders
from cli.delivery.why_option import why_option
from cli.output import json_option, show
from cli.who import operator
from models.delivery.order import NotifiedOrder
from models.errors import PreconditionFailed
from runtime.settings import Settings, load_settings
from sight.document import Document


class NotifiedDocument(Document):
    """Which recall is not sent to a subscription any more, since its recipient knows."""

    subscription: str
    alert_id: str
    why: str


DOCUMENT = NotifiedDocument


@click.command()
@click.argument("subscription")
@click.argument("alert_id")
@why_option
@json_option
def command(subscription: str, alert_id: str, why: str, as_json: bool) -> None:
    """Says that the recall of ALERT_ID has reached a recipient by telephone or the like: it is not sent any more.

    --why: who called whom.
    """
    show(say_notified(load_settings(), subscription, alert_id, why), as_json, render_notified)


def say_notified(settings: Settings, subscription: str, alert_id: str, why: str) -> NotifiedDocument:
    """Orders it. Raises PreconditionFailed where no such recall is under way to this subscription, Unavailable."""
    refuse_unknown(settings, subscription)
    line = read_ledger(settings).lines.get(subscription)
    recalls = [] if line is None else [one.order for one in line.recalls if one.alert_id == alert_id]
    if not recalls:
        raise PreconditionFailed(f"no recall of {alert_id!r} is under way to {subscription}")
    by, at = operator(), now_text()
    orders = [NotifiedOrder(subscription=subscription, recall=one, by=by, why=why, at=at) for one in recalls]
    send_orders(settings, orders)
    return NotifiedDocument(subscription=subscription, alert_id=alert_id, why=why)


def render_notified(document: NotifiedDocument) -> str:
    """One line."""
    return f"ordered: the recall of {document.alert_id} is not sent to {document.subscription}, who knows of it"

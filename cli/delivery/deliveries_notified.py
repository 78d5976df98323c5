"""`harmwatch deliveries notified`: a recall has reached a recipient on another way, such as by telephone."""

import click

from cli.delivery.ledger import now_text, read_ledger, refuse_unknown, send_orders
from cli.non_empty_text import NonEmptyText
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
    how: str


DOCUMENT = NotifiedDocument


@click.command()
@click.argument("subscription")
@click.argument("alert_id")
@click.option(
    "--how", type=NonEmptyText(), required=True, help="By whom, to whom, when and by what: recorded for ever."
)
@json_option
def command(subscription: str, alert_id: str, how: str, as_json: bool) -> None:
    """Says that the recall of ALERT_ID has reached a recipient by telephone or the like: it is not sent any more.

    --how: who called whom.
    """
    show(say_notified(load_settings(), subscription, alert_id, how), as_json, render_notified)


def say_notified(settings: Settings, subscription: str, alert_id: str, how: str) -> NotifiedDocument:
    """Orders it. Raises PreconditionFailed where no such recall is under way to this subscription, Unavailable."""
    refuse_unknown(settings, subscription)
    line = read_ledger(settings).lines.get(subscription)
    if line is None or not any(one.alert_id == alert_id for one in line.recalls):
        raise PreconditionFailed(f"no recall of {alert_id!r} is under way to {subscription}")
    order = NotifiedOrder(subscription=subscription, alert=alert_id, by=operator(), how=how, at=now_text())
    send_orders(settings, [order])
    return NotifiedDocument(subscription=subscription, alert_id=alert_id, how=how)


def render_notified(document: NotifiedDocument) -> str:
    """One line."""
    return f"ordered: the recall of {document.alert_id} is not sent to {document.subscription}, who knows of it"

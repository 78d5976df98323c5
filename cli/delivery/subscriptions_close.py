"""`harmwatch subscriptions close`: nothing more is sent, and the place is kept."""

import click

from cli.delivery.ledger import now_text, read_ledger, refuse_unknown, send_orders
from cli.delivery.why_option import why_option
from cli.output import json_option, show
from cli.who import operator
from models.delivery.order import CloseOrder
from models.delivery.record import Closed
from models.errors import PreconditionFailed
from runtime.settings import Settings, load_settings
from sight.document import Document


class ClosedDocument(Document):
    """What was ordered; a deliverer carries it out, now or as soon as one runs."""

    subscription: str
    why: str


DOCUMENT = ClosedDocument


@click.command()
@click.argument("subscription")
@why_option
@json_option
def command(subscription: str, why: str, as_json: bool) -> None:
    """Closes a subscription: nothing more is sent, and its place is kept."""
    show(close_subscription(load_settings(), subscription, why), as_json, render_closed)


def close_subscription(settings: Settings, subscription: str, why: str) -> ClosedDocument:
    """Orders it. Raises PreconditionFailed where it is not known or closed already, Unavailable."""
    refuse_unknown(settings, subscription)
    line = read_ledger(settings).lines.get(subscription)
    if line is not None and isinstance(line.closed, Closed):
        raise PreconditionFailed(f"{subscription} is closed since {line.closed.at}")
    send_orders(settings, [CloseOrder(subscription=subscription, by=operator(), why=why, at=now_text())])
    return ClosedDocument(subscription=subscription, why=why)


def render_closed(document: ClosedDocument) -> str:
    """One line."""
    return f"ordered: {document.subscription} is closed"

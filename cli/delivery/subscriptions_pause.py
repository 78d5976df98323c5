"""`harmwatch subscriptions pause`: nothing is sent for a while, and the place is kept."""

import click

from cli.delivery.ledger import now_text, read_ledger, refuse_unknown, send_orders
from cli.delivery.why_option import why_option
from cli.output import json_option, show
from cli.who import operator
from models.delivery.order import PauseOrder
from models.errors import PreconditionFailed
from runtime.settings import Settings, load_settings
from sight.document import Document


class PausedDocument(Document):
    """What was ordered; a deliverer carries it out, now or as soon as one runs."""

    subscription: str
    why: str


DOCUMENT = PausedDocument


@click.command()
@click.argument("subscription")
@why_option
@json_option
def command(subscription: str, why: str, as_json: bool) -> None:
    """Pauses a subscription: nothing is sent until `subscriptions resume`, and its place is kept."""
    show(pause_subscription(load_settings(), subscription, why), as_json, render_paused)


def pause_subscription(settings: Settings, subscription: str, why: str) -> PausedDocument:
    """Orders it. Raises PreconditionFailed where it is not known, closed, or paused already, Unavailable."""
    refuse_unknown(settings, subscription)
    line = read_ledger(settings).lines.get(subscription)
    if line is not None and line.closed is not None:
        raise PreconditionFailed(f"{subscription} is {line.closed.kind} since {line.closed.at}")
    send_orders(settings, [PauseOrder(subscription=subscription, by=operator(), why=why, at=now_text())])
    return PausedDocument(subscription=subscription, why=why)


def render_paused(document: PausedDocument) -> str:
    """One line."""
    return f"ordered: {document.subscription} is paused"

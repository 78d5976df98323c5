"""`harmwatch deliveries skip`: the number that waits is set aside."""

import click

from cli.delivery.ledger import now_text, read_ledger, refuse_unknown, send_orders
from cli.delivery.why_option import why_option
from cli.output import json_option, show
from cli.who import operator
from models.delivery.order import SkipOrder
from models.errors import PreconditionFailed
from runtime.settings import Settings, load_settings
from sight.document import Document


class SkippedDocument(Document):
    """Which number is not sent again, and what it told."""

    subscription: str
    number: int
    id: str
    why: str


DOCUMENT = SkippedDocument


@click.command()
@click.argument("subscription")
@click.argument("number", type=click.IntRange(1))
@why_option
@json_option
def command(subscription: str, number: int, why: str, as_json: bool) -> None:
    """Sets the number aside that a subscription waits with: it is not sent again, and the next one follows."""
    show(skip_number(load_settings(), subscription, number, why), as_json, render_skipped)


def skip_number(settings: Settings, subscription: str, number: int, why: str) -> SkippedDocument:
    """Orders it. Raises PreconditionFailed where it does not wait with this number, Unavailable."""
    refuse_unknown(settings, subscription)
    line = read_ledger(settings).lines.get(subscription)
    waiting = None if line is None else line.waiting
    if waiting is None or waiting.number != number:
        has = "no number" if waiting is None else f"number {waiting.number}"
        raise PreconditionFailed(f"{subscription} waits with {has}, not with {number}")
    order = SkipOrder(subscription=subscription, number=number, by=operator(), why=why, at=now_text())
    send_orders(settings, [order])
    return SkippedDocument(subscription=subscription, number=number, id=waiting.id, why=why)


def render_skipped(document: SkippedDocument) -> str:
    """One line."""
    return f"ordered: number {document.number} of {document.subscription} ({document.id}) is set aside"

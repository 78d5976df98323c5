"""`harmwatch deliveries rewind`: what a receiver lost is sent again, as it was."""

import click

from cli.delivery.ledger import now_text, read_ledger, refuse_unknown, send_orders
from cli.delivery.why_option import why_option
from cli.output import json_option, show
from cli.who import operator
from delivery.ledger import Line
from delivery.orders import MOST_AGAIN, may_rewind
from models.delivery.order import RewindOrder
from models.errors import PreconditionFailed
from runtime.settings import Settings, load_settings
from sight.document import Document


class RewoundDocument(Document):
    """From which number on everything is sent again, and up to which."""

    subscription: str
    number: int
    last: int
    why: str


DOCUMENT = RewoundDocument


@click.command()
@click.argument("subscription")
@click.argument("number", type=click.IntRange(1))
@why_option
@json_option
def command(subscription: str, number: int, why: str, as_json: bool) -> None:
    """Sends what a receiver lost once more, from NUMBER on: the same numbers, ids and bytes, then what comes next."""
    show(rewind_to(load_settings(), subscription, number, why), as_json, render_rewound)


def rewind_to(settings: Settings, subscription: str, number: int, why: str) -> RewoundDocument:
    """Orders it. Raises PreconditionFailed where that cannot be sent again, Unavailable."""
    refuse_unknown(settings, subscription)
    line = read_ledger(settings).lines.get(subscription)
    if line is None or not may_rewind(line, number):
        raise PreconditionFailed(_why_not(subscription, line, number))
    order = RewindOrder(subscription=subscription, number=number, by=operator(), why=why, at=now_text())
    send_orders(settings, [order])
    return RewoundDocument(subscription=subscription, number=number, last=line.highest, why=why)


def _why_not(subscription: str, line: Line | None, number: int) -> str:
    if line is None or number > line.highest:
        return f"number {number} was never sent to {subscription}"
    if number in line.aside:
        return f"number {number} of {subscription} was set aside, and is not sent again: name another one"
    return f"{line.highest - number + 1} numbers of {subscription} would be sent again, and {MOST_AGAIN} may be"


def render_rewound(document: RewoundDocument) -> str:
    """One line."""
    return f"ordered: {document.subscription} is sent numbers {document.number} to {document.last} again"

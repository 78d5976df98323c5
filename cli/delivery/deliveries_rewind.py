"""`harmwatch deliveries rewind`: what a receiver lost is sent again, as it was."""

import click

from cli.delivery.ledger import now_text, read_ledger, read_orders, refuse_unknown, send_orders
from cli.delivery.why_option import why_option
from cli.output import json_option, show
from cli.who import operator
from delivery.ledger import Line
from delivery.orders import MOST_AGAIN, may_order_rewind
from models.delivery.order import RewindOrder
from models.delivery.terms import MIRRORS, Terms
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
@click.option("--from", "number", type=click.IntRange(1), required=True, help="The first number that is sent again.")
@click.option("--really", is_flag=True, help="Also to PagerDuty, mailboxes or syslog, which alert people again.")
@why_option
@json_option
def command(subscription: str, number: int, really: bool, why: str, as_json: bool) -> None:
    """Sends what a receiver lost once more, from a number on: the same numbers, ids and bytes, then the next ones."""
    show(rewind_to(load_settings(), subscription, number, why, really), as_json, render_rewound)


def rewind_to(settings: Settings, subscription: str, number: int, why: str, really: bool = False) -> RewoundDocument:
    """Orders it. Raises PreconditionFailed where that cannot be sent again, Unavailable."""
    refuse_unknown(settings, subscription)
    line = read_ledger(settings).lines.get(subscription)
    order = RewindOrder(subscription=subscription, number=number, really=really, by=operator(), why=why, at=now_text())
    terms = None if line is None else read_orders(settings).terms(subscription, line.terms)
    if line is None or terms is None or not may_order_rewind(line, order, terms):
        raise PreconditionFailed(_why_not(order, line, terms))
    send_orders(settings, [order])
    return RewoundDocument(subscription=subscription, number=number, last=line.highest, why=why)


def _why_not(order: RewindOrder, line: Line | None, terms: Terms | None) -> str:
    subscription, number = order.subscription, order.number
    if line is None or terms is None or number > line.highest:
        return f"number {number} was never sent to {subscription}"
    if terms.sink in MIRRORS:
        return f"{subscription} shows the band as it is: nothing is sent again"
    if number < line.first:
        return f"number {number} of {subscription} was sent by other terms: from {line.first} on it can be sent again"
    if number in line.aside:
        return f"number {number} of {subscription} was set aside, and is not sent again: name another one"
    if line.highest - number < MOST_AGAIN:
        return f"{subscription} ({terms.sink}) cannot know a repeat, and people are alerted again: --really does it"
    return f"{line.highest - number + 1} numbers of {subscription} would be sent again, and {MOST_AGAIN} may be"


def render_rewound(document: RewoundDocument) -> str:
    """One line."""
    return f"ordered: {document.subscription} is sent numbers {document.number} to {document.last} again"

"""`harmwatch subscriptions resume`: what was closed or paused goes on from its place."""

import click

from cli.delivery.ledger import now_text, read_ledger, read_orders, refuse_unknown, send_orders
from cli.delivery.why_option import why_option
from cli.output import json_option, show
from cli.who import operator
from models.delivery.order import ResumeOrder
from models.errors import PreconditionFailed
from models.instants import parse_instant
from runtime.settings import Settings, load_settings
from sight.document import Document


class ResumedDocument(Document):
    """What was ordered, and the number that comes next."""

    subscription: str
    number: int
    why: str


DOCUMENT = ResumedDocument


@click.command()
@click.argument("subscription")
@why_option
@json_option
def command(subscription: str, why: str, as_json: bool) -> None:
    """Resumes a closed or paused subscription from its place: whatever came meanwhile is sent."""
    show(resume_subscription(load_settings(), subscription, why), as_json, render_resumed)


def resume_subscription(settings: Settings, subscription: str, why: str) -> ResumedDocument:
    """Orders it. Raises PreconditionFailed where it is neither closed nor paused, or not known, Unavailable."""
    refuse_unknown(settings, subscription)
    line = read_ledger(settings).lines.get(subscription)
    if line is None or line.closed is None:
        raise PreconditionFailed(f"{subscription} is neither closed nor paused")
    terms = read_orders(settings).newest(subscription)
    if terms is not None and terms.until is not None and parse_instant(terms.until) <= parse_instant(now_text()):
        raise PreconditionFailed(f"the agreement of {subscription} has ended at {terms.until}: apply terms that go on")
    send_orders(settings, [ResumeOrder(subscription=subscription, by=operator(), why=why, at=now_text())])
    return ResumedDocument(subscription=subscription, number=line.number + 1, why=why)


def render_resumed(document: ResumedDocument) -> str:
    """One line."""
    return f"ordered: {document.subscription} goes on with number {document.number}"

"""`harmwatch subscriptions resume`: what was closed or paused goes on from its place."""

from typing import Literal

import click

from cli.delivery.ledger import now_text, read_ledger, read_orders, refuse_unknown, send_orders
from cli.delivery.why_option import why_option
from cli.output import json_option, show
from cli.who import operator
from models.delivery.order import ResumeOrder
from models.delivery.record import Paused
from models.errors import PreconditionFailed, WrongUse
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
@click.option(
    "--from", "begin", type=click.Choice(["place", "band"]),
    help="place: whatever came meanwhile is sent; band: who is in now. Needed unless it is only paused.",
)  # fmt: skip
@why_option
@json_option
def command(subscription: str, begin: Literal["place", "band"] | None, why: str, as_json: bool) -> None:
    """Resumes a subscription that is closed or paused, or whose agreement had ended."""
    show(resume_subscription(load_settings(), subscription, why, begin), as_json, render_resumed)


def resume_subscription(
    settings: Settings, subscription: str, why: str, begin: Literal["place", "band"] | None = None
) -> ResumedDocument:
    """Orders it. Raises PreconditionFailed where nothing keeps it from sending, or it is not known, Unavailable.

    Raises WrongUse where it is closed or ended, and `begin` is None.
    """
    refuse_unknown(settings, subscription)
    line = read_ledger(settings).lines.get(subscription)
    if line is None or (line.closed is None and line.ended is None):
        raise PreconditionFailed(f"{subscription} is neither closed nor paused, and its agreement goes on")
    if begin is None and not (isinstance(line.closed, Paused) and line.ended is None):
        raise WrongUse(f"{subscription} was closed: --from place sends what came meanwhile, --from band who is in now")
    terms = read_orders(settings).newest(subscription)
    if terms is not None and terms.until is not None and parse_instant(terms.until) <= parse_instant(now_text()):
        raise PreconditionFailed(f"the agreement of {subscription} has ended at {terms.until}: apply terms that go on")
    send_orders(
        settings,
        [ResumeOrder(subscription=subscription, begin=begin or "place", by=operator(), why=why, at=now_text())],
    )
    return ResumedDocument(subscription=subscription, number=line.number + 1, why=why)


def render_resumed(document: ResumedDocument) -> str:
    """One line."""
    return f"ordered: {document.subscription} goes on with number {document.number}"

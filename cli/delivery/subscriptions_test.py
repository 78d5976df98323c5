"""`harmwatch subscriptions test`: one event that is no number, to see whether a receiver takes it."""

import asyncio
import sys
from pathlib import Path

import click

from cli.delivery.ledger import now_text, read_orders, refuse_unknown
from cli.delivery.subscriptions_check import check_subscriptions, render_fault
from cli.output import json_option, show
from cli.paths import FILE
from delivery.secrets import Secrets
from delivery.subscriptions_file import read_subscriptions
from delivery.trial import trial_id, try_out
from models.delivery.terms import Terms
from models.errors import PreconditionFailed, WrongUse
from runtime.settings import Settings, load_settings
from sight.document import Document


class TrialDocument(Document):
    """What came of it. `cause` null: it was accepted; `status` null: there was no answer."""

    subscription: str
    id: str
    accepted: bool
    cause: str | None
    status: int | None
    milliseconds: int


DOCUMENT = TrialDocument


@click.command()
@click.argument("subscription")
@click.option("--file", type=FILE, help="Takes the terms of this file, before they are applied.")
@json_option
def command(subscription: str, file: Path | None, as_json: bool) -> None:
    """Sends one signed test event that is no number, and says what was answered; ends with 1 where not accepted.

    It is sent from here, and from no deliverer: what a firewall lets through may differ.
    """
    document = try_subscription(load_settings(), subscription, file)
    show(document, as_json, render_trial)
    sys.exit(0 if document.accepted else 1)


def try_subscription(settings: Settings, subscription: str, file: Path | None = None) -> TrialDocument:
    """Sends it. Raises WrongUse, PreconditionFailed where no subscription has this id, Unavailable."""
    if settings.secrets is None:
        raise WrongUse("HARMWATCH_SECRETS is empty: it names the folder with the keys that sign webhooks")
    terms = _ordered(settings, subscription) if file is None else _of_file(settings, subscription, file)
    at = now_text()
    outcome = asyncio.run(try_out(terms, Secrets(settings.secrets), settings.board, at))
    return TrialDocument(
        subscription=subscription, id=trial_id(settings.board, subscription, at), accepted=outcome.cause is None,
        cause=None if outcome.cause is None else outcome.cause.value, status=outcome.status,
        milliseconds=outcome.milliseconds,
    )  # fmt: skip


def _ordered(settings: Settings, subscription: str) -> Terms:
    refuse_unknown(settings, subscription)
    terms = read_orders(settings).newest(subscription)
    assert terms is not None
    return terms


def _of_file(settings: Settings, subscription: str, file: Path) -> Terms:
    if faults := check_subscriptions(settings, file).faults:
        raise WrongUse(f"{file}: " + "; ".join(map(render_fault, faults)))
    for terms in read_subscriptions(file).terms:
        if terms.id == subscription:
            return terms
    raise PreconditionFailed(f"{file} has no subscription {subscription!r}")


def render_trial(document: TrialDocument) -> str:
    """One line."""
    status = "" if document.status is None else f" ({document.status})"
    said = "accepted" if document.accepted else f"not accepted: {document.cause}"
    return f"{document.subscription}: {said}{status} in {document.milliseconds} ms, {document.id}"

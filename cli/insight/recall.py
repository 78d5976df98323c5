"""`harmwatch recall`: whoever got an alert that does not hold is told so, in their order and with a receipt."""

from collections.abc import Iterator, Mapping

import click

from cli.delivery.recalling import Recalls, find_recalls, order_recalls
from cli.delivery.why_option import why_option
from cli.insight.amendments import amendments_of
from cli.output import json_option, show
from cli.topics import passed_over_option
from models.delivery.recall import RecallReason
from models.errors import PreconditionFailed, WrongUse
from runtime.settings import Settings, load_settings
from sight.document import Document


class RecalledDocument(Document):
    """An alert that was recalled. `recipients`: the subscriptions that got it, or are about to.

    `unreached`: those of them that are stalled or closed, so that somebody has to call them.
    """

    alert_id: str
    recipients: tuple[str, ...]
    unreached: tuple[str, ...]


class RecallsDocument(Document):
    """What was ordered now; `known`: how many amendments had been recalled before."""

    reason: RecallReason
    recalled: tuple[RecalledDocument, ...]
    known: int
    why: str


DOCUMENT = RecallsDocument


@click.command()
@click.argument("alert_id", required=False)
@click.option("--amendments", is_flag=True, help="Every alert that `harmwatch amendments` lists.")
@click.option("--again", is_flag=True, help="Also what was recalled before.")
@passed_over_option
@why_option
@json_option
def command(  # noqa: PLR0913  (one for each option)
    alert_id: str | None, *, amendments: bool, again: bool, passed_over: tuple[int, ...], why: str, as_json: bool
) -> None:
    """Recalls an alert that does not hold: every subscription that got it is sent a number which says so.

    The reason that --why gives stays here.
    """
    if amendments == (alert_id is not None):
        raise WrongUse("give an ALERT_ID or --amendments")
    settings = load_settings()
    document = (
        recall_amendments(settings, why, passed_over, again=again)
        if alert_id is None
        else recall_alert(settings, alert_id, why, passed_over, again=again)
    )
    show(document, as_json, render_recalls)


def recall_alert(
    settings: Settings, alert_id: str, why: str, passed_over: tuple[int, ...] = (), *, again: bool = False
) -> RecallsDocument:
    """Orders it. Raises PreconditionFailed where it was never sent, or was recalled before, Unproved, Unavailable."""
    found = find_recalls(settings, passed_over)
    if alert_id not in found.alerts:
        raise PreconditionFailed(f"alerts.v1 holds no alert {alert_id!r}: harmwatch alerts list")
    if not again and found.was_recalled(alert_id):
        raise PreconditionFailed(f"{alert_id} was recalled before: --again sends that once more")
    return _recall(settings, found, {alert_id: found.alerts[alert_id]}, "ordered", why)


def recall_amendments(
    settings: Settings, why: str, passed_over: tuple[int, ...] = (), *, again: bool = False
) -> RecallsDocument:
    """Orders each that was sent and does not hold. Raises WrongUse, Unproved, PreconditionFailed, Unavailable."""
    amended = [one.alert_id for one in amendments_of(settings, None).amendments]
    found = find_recalls(settings, passed_over)
    sent = [one for one in amended if one in found.alerts]
    news = {one: found.alerts[one] for one in sent if again or not found.was_recalled(one)}
    return _recall(settings, found, news, "amended", why, len(sent) - len(news))


def _recall(  # noqa: PLR0913, PLR0917  (what an order says)
    settings: Settings, found: Recalls, alerts: Mapping[str, int], reason: RecallReason, why: str, known: int = 0
) -> RecallsDocument:
    order_recalls(settings, alerts, reason, why)
    rows = (
        RecalledDocument(
            alert_id=one, recipients=tuple(found.recipients(one)), unreached=tuple(found.unreached(one))
        )
        for one in alerts
    )  # fmt: skip
    return RecallsDocument(reason=reason, recalled=tuple(rows), known=known, why=why)


def render_recalls(document: RecallsDocument) -> str:
    """A line for each, and below it who has to be called."""
    return "\n".join(_lines(document))


def _lines(document: RecallsDocument) -> Iterator[str]:
    for one in document.recalled:
        yield f"ordered: {one.alert_id} is recalled from {', '.join(one.recipients) or 'nobody, since nobody got it'}"
        for name in one.unreached:
            notified = f"harmwatch deliveries notified {name} {one.alert_id}"
            yield f"  nothing reaches {name} now: call them, then `{notified}` says so"
    if document.known:
        yield f"recalled before: {document.known} amendments (--again)"
    if not document.recalled and not document.known:
        yield "nothing to recall: every alert that was sent holds"

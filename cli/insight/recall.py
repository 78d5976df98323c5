"""`harmwatch recall`: who got an alert that does not hold is notified, in their order and with a receipt."""

from collections.abc import Iterator, Mapping

import click

from cli.delivery.recalling import Recalls, WrongEvent, find_recalls, order_recalls
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
    """What was ordered now, or would be; `known`: how many had been recalled before."""

    reason: RecallReason
    recalled: tuple[RecalledDocument, ...]
    known: int
    is_ordered: bool
    why: str


DOCUMENT = RecallsDocument


@click.command()
@click.argument("alert_id", required=False)
@click.option("--amendments", is_flag=True, help="Every alert that `harmwatch amendments` lists.")
@click.option("--since", help="With --amendments: only alerts from this instant or date on.")
@click.option("--again", is_flag=True, help="Also what was recalled before.")
@click.option("--dry-run", is_flag=True, help="Says whom it would reach, and orders nothing.")
@passed_over_option
@why_option
@json_option
def command(  # noqa: PLR0913  (one for each option)
    alert_id: str | None,
    *,
    amendments: bool,
    since: str | None,
    again: bool,
    dry_run: bool,
    passed_over: tuple[int, ...],
    why: str,
    as_json: bool,
) -> None:
    """Recalls an alert that does not hold: every subscription that got it is sent a number which says so.

    The reason that --why gives stays here.
    """
    if amendments == (alert_id is not None):
        raise WrongUse("give an ALERT_ID or --amendments")
    if since is not None and not amendments:
        raise WrongUse("--since belongs to --amendments")
    settings = load_settings()
    document = (
        recall_amendments(settings, why, passed_over, again=again, since=since, dry_run=dry_run)
        if alert_id is None
        else recall_alert(settings, alert_id, why, passed_over, again=again, dry_run=dry_run)
    )
    show(document, as_json, render_recalls)


def recall_alert(
    settings: Settings,
    alert_id: str,
    why: str,
    passed_over: tuple[int, ...] = (),
    *,
    again: bool = False,
    dry_run: bool = False,
) -> RecallsDocument:
    """Orders it. Raises PreconditionFailed where it was never sent, Unproved, Unavailable."""
    found = find_recalls(settings, passed_over)
    if alert_id not in found.alerts:
        raise PreconditionFailed(f"alerts.v1 holds no alert {alert_id!r}: harmwatch alerts list")
    is_known = not again and found.was_recalled(alert_id, "rectify")
    news = {} if is_known else {alert_id: WrongEvent(found.alerts[alert_id])}
    return _recall(settings, found, news, "ordered", why, known=int(is_known), again=again, dry_run=dry_run)


def recall_amendments(
    settings: Settings,
    why: str,
    passed_over: tuple[int, ...] = (),
    *,
    again: bool = False,
    since: str | None = None,
    dry_run: bool = False,
) -> RecallsDocument:
    """Orders each that was sent and does not hold. Raises WrongUse, Unproved, PreconditionFailed, Unavailable."""
    amended = amendments_of(settings, since).amendments
    found = find_recalls(settings, passed_over)
    sent = {one.alert_id: one for one in amended if one.alert_id in found.alerts}
    news = {
        name: WrongEvent(found.alerts[name], tuple((wrong.start, wrong.end) for wrong in one.intervals))
        for name, one in sent.items() if again or not found.was_recalled(name, "rectify")
    }  # fmt: skip
    return _recall(settings, found, news, "amended", why, known=len(sent) - len(news), again=again, dry_run=dry_run)


def _recall(  # noqa: PLR0913  (what an order says)
    settings: Settings,
    found: Recalls,
    alerts: Mapping[str, WrongEvent],
    reason: RecallReason,
    why: str,
    *,
    known: int = 0,
    again: bool,
    dry_run: bool,
) -> RecallsDocument:
    if not dry_run:
        order_recalls(settings, alerts, reason, why, again=again)
    rows = (
        RecalledDocument(
            alert_id=one, recipients=tuple(found.recipients(one)), unreached=tuple(found.unreached(one))
        )
        for one in alerts
    )  # fmt: skip
    return RecallsDocument(reason=reason, recalled=tuple(rows), known=known, is_ordered=not dry_run, why=why)


def render_recalls(document: RecallsDocument) -> str:
    """A line for each, and below it who has to be called."""
    return "\n".join(_lines(document))


def _lines(document: RecallsDocument) -> Iterator[str]:
    ordered = "ordered" if document.is_ordered else "not ordered"
    for one in document.recalled:
        yield f"{ordered}: {one.alert_id} is recalled from {', '.join(one.recipients) or 'nobody, since nobody got it'}"
        for name in one.unreached:
            notified = f"harmwatch deliveries notified {name} {one.alert_id} --how WORDS"
            yield f"  nothing reaches {name} now: call them, then `{notified}` says so"
    if document.known:
        yield f"recalled before: {document.known} alerts, which --again recalls once more"
    if not document.recalled and not document.known:
        yield "nothing to recall: every alert that was sent holds"

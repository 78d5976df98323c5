"""`harmwatch subscriptions list`: who gets alerts pushed, and how far each is."""

import sys
from collections.abc import Iterator, Mapping
from typing import Literal

import click

from cli.alerts.reading import open_alerts
from cli.delivery.ledger import read_ledger, read_orders
from cli.output import json_option, show
from delivery.alert_log import AlertLog
from delivery.ledger import Line
from delivery.numbering.contacts import is_taken
from delivery.orders import Orders
from delivery.outcome import Cause
from delivery.verify.sent_alerts import SentAlerts
from models.delivery.record import Closed, Paused
from models.delivery.terms import Terms
from models.errors import Unproved
from runtime.settings import Settings, load_settings
from sight.document import Document

_ENDED = "ended"
State = Literal["ordered", "open", "stalled", "paused", "ended", "closed"]


class SubscriptionDocument(Document):
    """One subscription; `number` is the last one that was accepted or set aside, `waiting` the one that is under way.

    `ordered`: nobody has delivered since the order. `sequence`: the alert up to which everything is told. `expected`:
    the number that its receiver says comes next, where it misses one. `recalls`: how many it has no receipt for.
    `closed` with the cause `ended`: its agreement has ended, and so has each stay that it was told of.
    """

    subscription: str
    recipient: str
    agreement: str
    url: str
    content: str
    state: State
    number: int
    sequence: int | None
    accepted_at: str | None
    waiting: int | None
    cause: str | None
    status: int | None
    expected: int | None
    recalls: int
    since: str | None
    until: str | None


class SubscriptionsDocument(Document):
    """All of them, in order of their opening."""

    subscriptions: tuple[SubscriptionDocument, ...]


DOCUMENT = SubscriptionsDocument


@click.command()
@json_option
def command(as_json: bool) -> None:
    """Lists every subscription: how far it is, and why it is not further; ends with 1 where one waits for a person.

    It does not see whether a deliverer runs.
    """
    document = list_subscriptions(load_settings())
    show(document, as_json, render_list)
    sys.exit(1 if any(_needs_a_person(one) for one in document.subscriptions) else 0)


def list_subscriptions(settings: Settings) -> SubscriptionsDocument:
    """The document of `subscriptions list`. Raises PreconditionFailed, Unavailable."""
    orders, lines = read_orders(settings), read_ledger(settings).lines
    has_ended = any(line.ended is not None and line.closed is None for line in lines.values())
    alerts = _read_alerts(settings) if has_ended else None
    names = orders.subscriptions()
    return SubscriptionsDocument(subscriptions=tuple(_row(name, orders, lines, alerts) for name in names))


def _read_alerts(settings: Settings) -> AlertLog | None:
    """Everything by now; None: nobody can say what is owed. Raises PreconditionFailed, Unavailable."""
    sent = SentAlerts()
    try:
        with open_alerts(settings) as alerts:
            for event in alerts.until_now():
                sent.take(event)
    except Unproved:
        return None
    return sent.log


def _row(name: str, orders: Orders, lines: Mapping[str, Line], alerts: AlertLog | None) -> SubscriptionDocument:
    terms, line = orders.newest(name), lines.get(name)
    assert terms is not None
    if line is not None and alerts is not None and _is_over(line, alerts):
        return _document(name, terms, line, lines).model_copy(
            update={"state": "closed", "cause": _ENDED, "since": terms.until}
        )
    return _document(name, terms, line, lines)


def _is_over(line: Line, alerts: AlertLog) -> bool:
    """Nothing is written when the last of its stays has ended: that nothing is owed is seen by the band."""
    return line.ended is not None and line.closed is None and line.stalled is None and not alerts.owes(line)


def _document(name: str, terms: Terms, line: Line | None, lines: Mapping[str, Line]) -> SubscriptionDocument:
    stalled, closed = (None, None) if line is None else (line.stalled, line.closed)
    by_itself = closed if isinstance(closed, Closed) and closed.order is None else None
    is_gone = by_itself is not None
    why_closed = None if by_itself is None else Cause.GONE.value
    return SubscriptionDocument(
        subscription=name, recipient=terms.recipient, agreement=terms.agreement, url=terms.url, content=terms.content,
        state=_state(line),
        number=0 if line is None else line.number,
        sequence=None if line is None else line.place,
        accepted_at=None if line is None or line.accepted is None else line.accepted.at,
        waiting=None if line is None or line.waiting is None else line.waiting.number,
        cause=why_closed if is_gone else None if stalled is None else stalled.cause,
        status=None if stalled is None or is_gone else stalled.status,
        expected=None if stalled is None or is_gone else stalled.expected,
        recalls=0 if line is None else sum(not is_taken(lines, one, terms.contact) for one in line.due_recalls),
        since=closed.at if closed else stalled.at if stalled else None, until=terms.until,
    )  # fmt: skip


def _needs_a_person(one: SubscriptionDocument) -> bool:
    """It is stalled, its receiver has closed it, or it is closed and does not know of a recall."""
    return one.state == "stalled" or (one.state == "closed" and (one.cause == Cause.GONE.value or one.recalls > 0))


def _state(line: Line | None) -> State:
    if line is None:
        return "ordered"
    if line.closed is not None:
        return "paused" if isinstance(line.closed, Paused) else "closed"
    if line.ended is not None and line.stalled is None:
        return "ended"
    return "open" if line.stalled is None else "stalled"


def render_list(document: SubscriptionsDocument) -> str:
    """A line for each, and below it why it is not further."""
    return "\n".join(line for one in document.subscriptions for line in _lines(one)) or "no subscriptions"


def _lines(one: SubscriptionDocument) -> Iterator[str]:
    moment = "" if one.accepted_at is None else f", accepted {one.accepted_at}"
    until = "" if one.until is None else f" until {one.until}"
    yield f"{one.subscription:<20} {one.state:<8} number {one.number}{moment}  {one.recipient} ({one.agreement}{until})"
    if one.state == "stalled":
        status = "" if one.status is None else f" ({one.status})"
        waits = "no number waits" if one.waiting is None else f"waits with number {one.waiting}"
        yield f"  {waits} since {one.since}: {one.cause}{status}"
        if one.expected is not None:
            rewind = f"harmwatch deliveries rewind {one.subscription} --from {one.expected}"
            yield f"  its receiver says that number {one.expected} comes next: `{rewind}` sends it again"
    if one.state in {"closed", "paused"}:
        by = "by its receiver, " if one.cause == Cause.GONE.value else ""
        by = "its agreement and each stay that it was told of have ended, " if one.cause == _ENDED else by
        yield f"  {by}since {one.since}: `harmwatch subscriptions resume {one.subscription}` opens it again"
    if one.state == "ended":
        yield "  its agreement has ended: only the ends of stays that it was told of, and recalls, go out"
    if one.recalls and one.state in {"stalled", "closed"}:
        notified = f"harmwatch deliveries notified {one.subscription} ALERT_ID --how WORDS"
        yield f"  {one.recalls} recalls do not reach it: call them, then `{notified}` says so"

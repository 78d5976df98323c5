"""`harmwatch alerts list`."""

from typing import Literal, NamedTuple

import click

from cli.alerts.reading import sent_alerts
from cli.instant_option import instant_option
from cli.output import json_option, show
from cli.topics import passed_over_option
from models.alert import Alert, BaselineEvent, baseline_id, days_text
from models.errors import WrongUse
from models.instants import format_instant, parse_instant
from models.journal.transition import Move
from models.token import Token
from runtime.settings import Settings, load_settings
from sight.document import Document
from sight.printable import printable


class AlertRow(Document):
    """A person who moved, and why."""

    alert_id: str
    as_of: str
    transition: Literal["entered", "left"]
    offender_id: str
    rank: int | None
    score_millidays: int
    cause: str


class BaselineRow(Document):
    """The whole band at the moment from which on alerts are sent."""

    alert_id: str
    as_of: str
    transition: Literal["baseline"]
    people: int


class AlertsDocument(Document):
    """What was sent, in order; `board` is null where nothing was."""

    board: str | None
    offender_id: str | None
    since: str | None
    until: str | None
    alerts: tuple[AlertRow | BaselineRow, ...]


DOCUMENT = AlertsDocument


@click.command()
@click.option("--offender", "offender_id", help="Only those that moved this person.")
@click.option("--since", help="Only those of this instant or date, or later.")
@click.option("--between", nargs=2, help="Only those from one instant or date up to another, both included.")
@passed_over_option
@json_option
def command(
    offender_id: str | None,
    since: str | None,
    between: tuple[str, str] | None,
    passed_over: tuple[int, ...],
    as_json: bool,
) -> None:
    """Lists the alerts that were sent, in order, in clear where HARMWATCH_KEY_STORE is set."""
    show(list_alerts(load_settings(), offender_id, span_of(since, between), passed_over), as_json, render_list)


class Span(NamedTuple):
    """From when until when alerts are listed (microseconds, both included); None: from the first, to the newest."""

    since: int | None = None
    until: int | None = None

    def holds(self, instant: int) -> bool:
        """Whether an alert of this instant is listed."""
        return (self.since is None or instant >= self.since) and (self.until is None or instant <= self.until)


def span_of(since: str | None, between: tuple[str, str] | None) -> Span:
    """Raises WrongUse."""
    if between is None:
        return Span(None if since is None else instant_option("--since", since))
    if since is not None:
        raise WrongUse("--since and --between both say from when: give one of them")
    span = Span(instant_option("--between", between[0]), instant_option("--between", between[1], ends_day=True))
    if (span.until or 0) < (span.since or 0):
        raise WrongUse(f"--between: {between[1]} lies before {between[0]}")
    return span


def list_alerts(
    settings: Settings, offender_id: str | None, span: Span, passed_over: tuple[int, ...]
) -> AlertsDocument:
    """The document of `alerts list`. Raises WrongUse, Unproved, PreconditionFailed, Unavailable."""
    rows, board = [], None
    with sent_alerts(settings, passed_over=passed_over) as sent:
        for event in sent:
            board = event.board
            if span.holds(parse_instant(event.as_of)) and _is_about(event, offender_id):
                rows.append(_row(event))
    since, until = (None if instant is None else format_instant(instant) for instant in span)
    return AlertsDocument(board=board, offender_id=offender_id, since=since, until=until, alerts=tuple(rows))


def _is_about(event: Alert | BaselineEvent, offender_id: str | None) -> bool:
    """Raises WrongUse where it is sealed, since then an empty list would prove nothing about a person."""
    if offender_id is None:
        return True
    people = [event.offender_id] if isinstance(event, Alert) else [member.offender_id for member in event.band]
    if any(Token.read(one) for one in people):
        raise WrongUse("the alerts are sealed: HARMWATCH_KEY_STORE must name the store with their keys")
    return offender_id in people


def _row(event: Alert | BaselineEvent) -> AlertRow | BaselineRow:
    if isinstance(event, BaselineEvent):
        identity = baseline_id(event.board, event.last_sequence)
        return BaselineRow(alert_id=identity, as_of=event.as_of, transition="baseline", people=len(event.band))
    return AlertRow(
        alert_id=event.alert_id,
        as_of=event.as_of,
        transition="entered" if event.transition is Move.ENTERED else "left",
        offender_id=event.offender_id,
        rank=event.rank,
        score_millidays=event.score_millidays,
        cause=event.cause.kind.value,
    )


def render_list(document: AlertsDocument) -> str:
    """A line for each."""
    return "\n".join(map(render_row, document.alerts)) or "no alerts"


def render_row(row: AlertRow | BaselineRow) -> str:
    """One alert on one line."""
    begin = f"{row.as_of}  {row.alert_id:<12}"
    if isinstance(row, BaselineRow):
        return f"{begin}  the band as it was then: {row.people} people"
    moved = f"{printable(row.offender_id)} {row.transition}"
    return f"{begin}  {moved} by {row.cause}, {rank_text(row.rank)} with {days_text(row.score_millidays)} days"


def rank_text(rank: int | None) -> str:
    """The rank, or that there is none."""
    return f"rank {rank}" if rank else "not ranked"


def row_of(event: Alert | BaselineEvent) -> str:
    """The same of an event."""
    return render_row(_row(event))

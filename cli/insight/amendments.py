"""`harmwatch amendments`: past alerts which, as known now, would not have been sent."""

from collections.abc import Iterator

import click
from pydantic import Field

from audit.history.amendments import Amendment, Amendments, amendments
from cli.claims import Claim, Sentences, claim, render_claims
from cli.document import Document
from cli.instant_option import instant_option
from cli.output import json_option, printable, show
from cli.policy.policies import PolicyName
from cli.policy.unassessed import UnassessedCount, render_unassessed, unassessed_of
from cli.topics import open_topics
from models.alert import alert_id
from models.instants import format_instant
from models.topics import JOURNAL, OFFENCES
from runtime.settings import Settings, load_settings


class IntervalDocument(Document):
    """From when to when an alert did not hold."""

    start: str = Field(serialization_alias="from")
    end: str = Field(serialization_alias="to")


class AmendedDocument(Document):
    """An alert that would not have been sent, by what is known now."""

    alert_id: str
    transition: str
    offender_id: str
    as_of: str
    intervals: tuple[IntervalDocument, ...]


class AmendmentsFigures(Document):
    """The alerts that did not hold, and what no policy of its time could assess."""

    board: str
    known_at: str
    since: str | None
    amendments: tuple[AmendedDocument, ...]
    unassessed: tuple[UnassessedCount, ...]


class AmendmentsDocument(AmendmentsFigures):
    """Amendments; each line of their text is made of one of `claims`."""

    claims: tuple[Claim, ...]


DOCUMENT = AmendmentsDocument


@click.command()
@click.option("--since", help="Only alerts from this instant or date on.")
@json_option
def command(since: str | None, as_json: bool) -> None:
    """Lists past alerts which, as known now, would not have been sent."""
    show(amendments_of(load_settings(), since), as_json, render_amendments)


def amendments_of(settings: Settings, since: str | None) -> AmendmentsDocument:
    """The list. Raises WrongUse, Unproved, PreconditionFailed, Unavailable."""
    instant = None if since is None else instant_option("--since", since)
    return amendments_document(amendments(open_topics(settings, OFFENCES, JOURNAL), instant), instant)


def amendments_document(of: Amendments, since: int | None) -> AmendmentsDocument:
    """The document of `harmwatch amendments`."""
    figures = AmendmentsFigures(
        board=of.founding.board,
        known_at=format_instant(of.now),
        since=None if since is None else format_instant(since),
        amendments=tuple(_amended_alert(of.founding.board, one) for one in of.found),
        unassessed=unassessed_of(of.unassessed),
    )
    return AmendmentsDocument(**dict(figures), claims=tuple(amendments_claims(figures)))


def amendments_claims(document: AmendmentsFigures) -> Iterator[Claim]:
    """How many, each of them, and what could not be assessed."""
    head, found = document.figures("known_at", "since"), document.amendments
    yield claim("some_amended", head, alerts=len(found)) if found else claim("none_amended", head)
    for amended in found:
        yield claim(f"amended_{amended.transition}", amended.figures())
    for unassessed in document.unassessed:
        yield claim("unassessed", unassessed.figures())


def _amended_alert(board: str, one: Amendment) -> AmendedDocument:
    alert = one.alert
    intervals = (IntervalDocument(start=format_instant(start), end=format_instant(end)) for start, end in one.intervals)
    return AmendedDocument(
        alert_id=alert_id(board, alert.sequence),
        transition=alert.move.value,
        offender_id=alert.offender_id,
        as_of=format_instant(alert.as_of),
        intervals=tuple(intervals),
    )


def render_amendments(document: AmendmentsDocument) -> str:
    """One line for each claim."""
    return "\n".join(render_claims(document.claims, SENTENCES))


def _of_which(one: Claim) -> str:
    return "" if one["since"] is None else f" since {one['since']}"


def _amended(one: Claim, what: str) -> str:
    when = ", ".join(f"{interval['from']} to {interval['to']}" for interval in one["intervals"])
    who = printable(one["offender_id"])
    return f"  {one['alert_id']} {who} {one['transition']} at {one['as_of']}: {what} from {when}"


SENTENCES: Sentences = {
    "none_amended": lambda one: (
        f"By what is known at {one['known_at']} every alert{_of_which(one)} held when it was sent "
        "(of several about one person at one instant, the last)."
    ),
    "some_amended": lambda one: (
        f"By what is known at {one['known_at']}, {one['alerts']} of the alerts{_of_which(one)} "
        "did not hold when they were sent:"
    ),
    "amended_entered": lambda one: _amended(one, "not in the band"),
    "amended_left": lambda one: _amended(one, "in the band all the same"),
    "unassessed": lambda one: render_unassessed(PolicyName(**one["policy"]), one["offences"]),
}

"""`harmwatch amendments`: past alerts which, as known now, would not have been sent."""

from collections.abc import Iterator, Sequence

import click

from audit.history.amendments import Amendment, Amendments, amendments
from cli.claims import Claim, Sentences, claim, render_claims
from cli.insight.amendments_document import (
    AmendedDocument,
    AmendmentsDocument,
    AmendmentsFigures,
    IntervalDocument,
    SummaryDocument,
    WrongDocument,
)
from cli.instant_option import instant_option
from cli.long_pass import long_pass
from cli.output import json_option, show
from cli.policy.policies import PolicyName
from cli.policy.unassessed import render_unassessed, unassessed_of
from cli.topics import open_topics
from models.alert import alert_id
from models.instants import DAY, format_instant
from models.journal.transition import Move
from models.topics import JOURNAL, OFFENCES
from runtime.settings import Settings, load_settings
from sight.printable import printable

DOCUMENT = AmendmentsDocument


@click.command()
@click.option("--offender", "offender_id", help="Only alerts about this person.")
@click.option("--since", help="Only alerts from this instant or date on.")
@click.option("--first-days", is_flag=True, help="Also alerts from before the band was first full.")
@json_option
def command(offender_id: str | None, since: str | None, first_days: bool, as_json: bool) -> None:
    """Lists past alerts which, as known now, would not have been sent."""
    show(amendments_of(load_settings(), since, offender_id, first_days=first_days), as_json, render_amendments)


def amendments_of(
    settings: Settings, since: str | None, offender_id: str | None = None, *, first_days: bool = False
) -> AmendmentsDocument:
    """The list. Raises WrongUse, Unproved, PreconditionFailed, Unavailable."""
    instant = None if since is None else instant_option("--since", since)
    with long_pass(open_topics(settings, OFFENCES, JOURNAL)) as open_reader:
        found = amendments(open_reader, instant, offender_id, with_first_days=first_days)
    return amendments_document(found, instant, offender_id)


def amendments_document(of: Amendments, since: int | None, offender_id: str | None = None) -> AmendmentsDocument:
    """The document of `harmwatch amendments`."""
    figures = AmendmentsFigures(
        board=of.founding.board,
        known_at=format_instant(of.now),
        since=None if since is None else format_instant(since),
        offender_id=offender_id,
        alerts=of.alerts,
        full_since=None if of.full_since is None else format_instant(of.full_since),
        first_days=of.first_days,
        summary=_summary(of.found),
        amendments=tuple(_amended_alert(of.founding.board, one) for one in of.found),
        unassessed=unassessed_of(of.unassessed),
    )
    return AmendmentsDocument(**dict(figures), claims=tuple(amendments_claims(figures)))


def _summary(found: Sequence[Amendment]) -> SummaryDocument:
    return SummaryDocument(
        wrongly_on=_wrong([one for one in found if one.alert.move is Move.ENTERED]),
        wrongly_off=_wrong([one for one in found if one.alert.move is Move.LEFT]),
        moved_by_others=_wrong([one for one in found if one.by_others]),
    )


def _wrong(found: Sequence[Amendment]) -> WrongDocument:
    time_us = sum(end - start for one in found for start, end in one.intervals)
    people = len({one.alert.offender_id for one in found})
    return WrongDocument(alerts=len(found), people=people, days=round(time_us / DAY, 3))


def amendments_claims(document: AmendmentsFigures) -> Iterator[Claim]:
    """How many and for how long, each of them, what was left out, and what could not be assessed."""
    head, found = document.figures("known_at", "since", "offender_id"), document.amendments
    if found:
        yield claim("some_amended", head, alerts=len(found))
    else:
        yield claim("none_amended" if document.alerts else "no_alerts", head)
    for name in ("wrongly_on", "wrongly_off", "moved_by_others") if found else ():
        yield claim(name, getattr(document.summary, name).figures())
    for amended in found:
        yield claim(f"amended_{amended.transition}", amended.figures())
    if document.first_days:
        yield claim("first_days", alerts=document.first_days, full_since=document.full_since)
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
        by_others=one.by_others,
        intervals=tuple(intervals),
    )


def render_amendments(document: AmendmentsDocument) -> str:
    """One line for each claim."""
    return "\n".join(render_claims(document.claims, SENTENCES))


def _of_which(one: Claim) -> str:
    about = "" if one["offender_id"] is None else f" about {printable(one['offender_id'])}"
    return about + ("" if one["since"] is None else f" since {one['since']}")


def _amended(one: Claim, what: str) -> str:
    when = ", ".join(f"{interval['from']} to {interval['to']}" for interval in one["intervals"])
    who, others = printable(one["offender_id"]), " (moved by others)" if one["by_others"] else ""
    return f"  {one['alert_id']} {who} {one['transition']} at {one['as_of']}: {what} from {when}{others}"


def _wrongly(one: Claim, where: str) -> str:
    people = "1 person" if one["people"] == 1 else f"{one['people']} people"
    return f"Wrongly {where} the list: {people}, for {one['days']:,} days together ({_alerts(one)})."


def _alerts(one: Claim) -> str:
    return "1 alert" if one["alerts"] == 1 else f"{one['alerts']:,} alerts"


SENTENCES: Sentences = {
    "none_amended": lambda one: (
        f"By what is known at {one['known_at']} every alert{_of_which(one)} held when it was sent "
        "(of several about one person at one instant, the last)."
    ),
    "no_alerts": lambda one: f"Until {one['known_at']} no alert{_of_which(one)} was sent.",
    "some_amended": lambda one: (
        f"By what is known at {one['known_at']}, {one['alerts']} of the alerts{_of_which(one)} "
        "did not hold when they were sent:"
    ),
    "wrongly_on": lambda one: _wrongly(one, "on"),
    "wrongly_off": lambda one: _wrongly(one, "off"),
    "moved_by_others": lambda one: (
        f"Of these, moved by others alone: {_alerts(one)}. There, what counted of the person's own crimes is what, "
        "as known now, should have counted."
    ),
    "amended_entered": lambda one: _amended(one, "not in the band"),
    "amended_left": lambda one: _amended(one, "in the band all the same"),
    "first_days": lambda one: (
        f"Left out: {_alerts(one)} of the first days, before the band was first full at {one['full_since']}; "
        "--first-days lists them."
    ),
    "unassessed": lambda one: render_unassessed(PolicyName(**one["policy"]), one["offences"]),
}

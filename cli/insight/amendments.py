"""`harmwatch amendments`: past alerts which, as known now, would not have been sent."""

from typing import Any

import click

from audit.history.amendments import Amendment, Amendments, amendments
from cli.claims import Claim, Sentences, claim, told
from cli.clocks import instant_option
from cli.output import json_option, printable, show_untyped
from cli.policy.policies import PolicyName
from cli.policy.unassessed import render_unassessed, unassessed_of
from cli.topics import open_topics
from models.alert import alert_id
from models.instants import format_instant
from models.topics import JOURNAL, OFFENCES
from runtime.settings import Settings, load_settings


@click.command()
@click.option("--since", help="RFC 3339: only alerts from this instant on.")
@json_option
def command(since: str | None, as_json: bool) -> None:
    """Lists past alerts which, as known now, would not have been sent."""
    show_untyped(amendments_of(load_settings(), since), as_json, render_amendments)


def amendments_of(settings: Settings, since: str | None) -> dict[str, Any]:
    """The list. Raises WrongUse, Unproved, PreconditionFailed, Unavailable."""
    instant = None if since is None else instant_option("--since", since)
    return amendments_document(amendments(open_topics(settings, OFFENCES, JOURNAL), instant), instant)


def amendments_document(of: Amendments, since: int | None) -> dict[str, Any]:
    """The document of `harmwatch amendments`."""
    document = {
        "board": of.founding.board,
        "known_at": format_instant(of.now),
        "since": None if since is None else format_instant(since),
        "amendments": [_line(of.founding.board, one) for one in of.found],
        "unassessed": [one.model_dump() for one in unassessed_of(of.unassessed)],
    }
    return document | {"claims": amendments_claims(document)}


def amendments_claims(document: dict[str, Any]) -> list[Claim]:
    """How many, each of them, and what could not be assessed."""
    head = {name: document[name] for name in ("known_at", "since")}
    found = document["amendments"]
    claims = [claim("some_amended", head, alerts=len(found))] if found else [claim("none_amended", head)]
    return [
        *claims,
        *(claim(f"amended_{one['transition']}", one) for one in found),
        *(claim("unassessed", one) for one in document["unassessed"]),
    ]


def _line(board: str, one: Amendment) -> dict[str, Any]:
    alert = one.alert
    return {
        "alert_id": alert_id(board, alert.sequence),
        "transition": alert.move.value,
        "offender_id": alert.offender_id,
        "as_of": format_instant(alert.as_of),
        "intervals": [{"from": format_instant(start), "to": format_instant(end)} for start, end in one.intervals],
    }


def render_amendments(document: dict[str, Any]) -> str:
    """One line for each claim."""
    return "\n".join(told(document["claims"], SENTENCES))


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

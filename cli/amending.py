"""`harmwatch amendments`: past alerts which, as known now, would not have been sent."""

from typing import Any

from audit.amendments import Amendment, amendments
from cli.clocks import instant_option
from cli.output import printable
from cli.topics import open_topics
from models.alert import alert_id
from models.instants import format_instant
from models.topics import JOURNAL, OFFENCES
from runtime.settings import Settings


def amendments_of(settings: Settings, since: str | None) -> dict[str, Any]:
    """The list. Raises WrongUse, Unproved, StartRefused, Unavailable."""
    instant = None if since is None else instant_option("--since", since)
    founding, now, found = amendments(open_topics(settings, OFFENCES, JOURNAL), instant)
    return {
        "board": founding.board,
        "known_at": format_instant(now),
        "since": None if instant is None else format_instant(instant),
        "amendments": [_line(founding.board, one) for one in found],
    }


def _line(board: str, one: Amendment) -> dict[str, Any]:
    alert = one.alert
    return {
        "alert_id": alert_id(board, alert.sequence),
        "transition": alert.move.value,
        "offender_id": alert.offender_id,
        "as_of": format_instant(alert.as_of),
        "intervals": [{"from": format_instant(start), "to": format_instant(end)} for start, end in one.intervals],
    }


def amendments_in_words(document: dict[str, Any]) -> str:
    """One line an alert, and the times at which what it said did not hold."""
    found = document["amendments"]
    if not found:
        return f"Every alert would be sent again by what is known at {document['known_at']}."
    lines = [f"{len(found)} alerts would not have been sent by what is known at {document['known_at']}:"]
    for one in found:
        what = "not in the band" if one["transition"] == "entered" else "in the band all the same"
        when = ", ".join(f"{interval['from']} to {interval['to']}" for interval in one["intervals"])
        who = printable(one["offender_id"])
        lines.append(f"  {one['alert_id']} {who} {one['transition']} at {one['as_of']}: {what} from {when}")
    return "\n".join(lines)

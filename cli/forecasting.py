"""`harmwatch forecast`: the path of one person if nothing more is reported about anybody."""

from typing import Any

from audit.forecast import forecast
from audit.past import Past
from cli.clocks import instant_option
from cli.output import printable
from cli.topics import open_topics
from cli.two_clocks import known_offender
from models.alert import days_text
from models.instants import format_instant
from models.topics import JOURNAL, OFFENCES
from runtime.settings import Settings


def forecast_of(settings: Settings, offender_id: str, at: str | None) -> dict[str, Any]:
    """The path from an instant on, None: from now as known. Raises WrongUse, Unproved, StartRefused, Unavailable."""
    past = Past(open_topics(settings, OFFENCES, JOURNAL))
    engine = past.until(None if at is None else instant_option("--at", at))
    known_offender(engine, offender_id, engine.as_of)
    path = [
        {
            "as_of": format_instant(point.as_of),
            "score_millidays": point.score,
            "rank": point.rank,
            "in_band": point.in_band,
        }
        for point in forecast(engine, offender_id)
    ]
    return {"board": past.founding.board, "offender_id": offender_id, "as_of": path[0]["as_of"], "path": path}


def forecast_in_words(document: dict[str, Any]) -> str:
    """Every change of the score and of membership; of the rank only what stands beside them."""
    who = printable(document["offender_id"])
    lines = [f"{who} on board {document['board']}, if nothing more were reported about anybody:"]
    before: tuple[int, bool] | None = None
    for point in document["path"]:
        here = point["score_millidays"], point["in_band"]
        if here != before:
            lines.append(_line(point, before))
        before = here
    if len(document["path"]) == 1:
        lines.append("Nothing of it will change: nothing counts any more.")
    return "\n".join(lines)


def _line(point: dict[str, Any], before: tuple[int, bool] | None) -> str:
    rank = "not ranked" if point["rank"] is None else f"rank {point['rank']}"
    moved = ""
    if before is not None and before[1] != point["in_band"]:
        moved = ", enters the band" if point["in_band"] else ", leaves the band"
    return f"  from {point['as_of']}: {days_text(point['score_millidays'])} days, {rank}{moved}"

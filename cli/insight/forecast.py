"""`harmwatch forecast`: the path of one person if nothing more is reported about anyone."""

from collections.abc import Iterator
from itertools import pairwise

import click

from audit.history.forecast import forecast
from audit.history.history_replay import HistoryReplay
from cli.board.offender import known_offender
from cli.claims import Claim, Sentences, claim, render_claims
from cli.instant_option import instant_option
from cli.long_pass import long_pass
from cli.output import json_option, show
from cli.topics import open_topics
from models.alert import days_text
from models.instants import format_instant
from models.topics import JOURNAL, OFFENCES
from runtime.settings import Settings, load_settings
from scoring.engine import Engine
from sight.document import Document
from sight.printable import printable


class PointDocument(Document):
    """A moment at which something of a person changes, and how they stand from then on."""

    as_of: str
    score_millidays: int
    rank: int | None
    in_band: bool


class ForecastFigures(Document):
    """The path of one person, the first point being now."""

    board: str
    offender_id: str
    as_of: str
    path: tuple[PointDocument, ...]


class ForecastDocument(ForecastFigures):
    """A forecast; each line of its text is made of one of `claims`."""

    claims: tuple[Claim, ...]


DOCUMENT = ForecastDocument


@click.command()
@click.argument("offender_id")
@click.option("--at", help="Begin with what was known at this instant or the end of this date; left out: now.")
@json_option
def command(offender_id: str, at: str | None, as_json: bool) -> None:
    """Computes the exact future of a score and rank if nothing more is reported about anyone."""
    show(forecast_of(load_settings(), offender_id, at), as_json, render_forecast)


def forecast_of(settings: Settings, offender_id: str, at: str | None) -> ForecastDocument:
    """The path from an instant on, None: from now as known.

    Raises WrongUse, Unproved, PreconditionFailed, Unavailable.
    """
    instant = None if at is None else instant_option("--at", at, ends_day=True)
    with long_pass(open_topics(settings, OFFENCES, JOURNAL)) as open_reader:
        past = HistoryReplay(open_reader)
        engine = past.as_of(instant)
        known_offender(engine, offender_id, engine.as_of)
        return forecast_document(past.founding.board, offender_id, engine)


def forecast_document(board: str, offender_id: str, engine: Engine) -> ForecastDocument:
    """The document of `harmwatch forecast`; it uses the engine up."""
    path = tuple(
        PointDocument(
            as_of=format_instant(point.as_of), score_millidays=point.score, rank=point.rank, in_band=point.in_band
        )
        for point in forecast(engine, offender_id)
    )
    figures = ForecastFigures(board=board, offender_id=offender_id, as_of=path[0].as_of, path=path)
    return ForecastDocument(**dict(figures), claims=tuple(forecast_claims(figures)))


def forecast_claims(document: ForecastFigures) -> Iterator[Claim]:
    """Every change of the score and of membership; of the rank only what stands beside them."""
    yield claim("forecast", document.figures("board", "offender_id"))
    yield claim("now", document.path[0].figures())
    for before, point in pairwise(document.path):
        if before.in_band != point.in_band:
            yield claim("enters" if point.in_band else "leaves", point.figures())
        elif before.score_millidays != point.score_millidays:
            yield claim("changes", point.figures())
    if len(document.path) == 1:
        yield claim("nothing_changes")


def render_forecast(document: ForecastDocument) -> str:
    """One line for each claim."""
    return "\n".join(render_claims(document.claims, SENTENCES))


def _point(one: Claim) -> str:
    rank = "not ranked" if one["rank"] is None else f"rank {one['rank']}"
    return f"  at {one['as_of']}: {days_text(one['score_millidays'])} days, {rank}"


SENTENCES: Sentences = {
    "forecast": lambda one: (
        f"{printable(one['offender_id'])} on board {one['board']}, if nothing more were reported about anybody:"
    ),
    "now": lambda one: f"{_point(one)}, {'in the band' if one['in_band'] else 'not in the band'}",
    "changes": _point,
    "enters": lambda one: f"{_point(one)}, enters the band",
    "leaves": lambda one: f"{_point(one)}, leaves the band",
    "nothing_changes": lambda _: "Nothing of it will change: nothing counts.",
}

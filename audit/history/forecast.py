"""What comes next for one person, if no further report came for anyone: only time passes."""

from collections.abc import Iterator
from dataclasses import dataclass

from models.contribution import Millidays
from models.journal.transition import Entry, Move
from scoring.engine import Engine


@dataclass(frozen=True, slots=True)
class Point:
    """Where the person stands from `as_of` (microseconds) on, until the next point."""

    as_of: int
    score: Millidays
    rank: int | None
    in_band: bool


def forecast(engine: Engine, offender_id: str) -> Iterator[Point]:
    """The present and every change of score, rank or membership until nothing counts; it uses the engine up."""
    in_band = engine.offender(offender_id).in_band
    last = _point(engine, offender_id, in_band)
    yield last
    while last.score > 0 and (due := engine.next_due) is not None:
        in_band = _membership(engine.tick(due), offender_id, in_band)
        point = _point(engine, offender_id, in_band)
        if (point.score, point.rank, point.in_band) != (last.score, last.rank, last.in_band):
            last = point
            yield point


def _point(engine: Engine, offender_id: str, in_band: bool) -> Point:
    standing = engine.standing(offender_id)
    return Point(engine.as_of, Millidays(standing.score), standing.rank, in_band)


def _membership(entry: Entry | None, offender_id: str, before: bool) -> bool:
    moves = [change.move for change in entry.transitions if change.offender_id == offender_id] if entry else []
    return moves[-1] is Move.ENTERED if moves else before

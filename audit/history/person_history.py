"""All that a page about one person shows of a moment, from one replay: where they stand and why, before and after."""

from dataclasses import dataclass

from audit.history.evidence import Evidence
from audit.history.explanation import Explanation, standing_of
from audit.history.forecast import Point
from audit.history.history_replay import HistoryReplay
from audit.history.moves import Moves
from audit.history.score_path import ScoreChange, ScorePath
from audit.history.turns import turns
from broker.reader import OpenReader
from models.instants import Micros


@dataclass(frozen=True, slots=True)
class PersonHistory:
    """As known at `as_of` (microseconds), read up to `entry`; `standing` None: no report about them was known.

    `score`: every change until then. `path`: where score or membership turn, if nothing more is reported about anybody.
    """

    board: str
    as_of: int
    entry: int
    standing: Explanation | None
    score: tuple[ScoreChange, ...] = ()
    path: tuple[Point, ...] = ()


def person_history(open_reader: OpenReader, offender_id: str, at: Micros | None) -> PersonHistory:
    """One person as known at an instant, None: now as known. Raises Unproved outside of history, Unavailable."""
    evidence, moves = Evidence(offender_id), Moves(offender_id)
    past = HistoryReplay(open_reader, evidence, moves)
    engine = past.as_of(at)
    board, as_of = past.founding.board, engine.as_of
    if not evidence.items and not evidence.refused:
        return PersonHistory(board, as_of, past.entry, None)
    standing = standing_of(past, engine, evidence, moves, offender_id)
    score = tuple(ScorePath(evidence, past.reigns).changes(as_of))
    return PersonHistory(board, as_of, past.entry, standing, score, tuple(turns(engine, offender_id)))

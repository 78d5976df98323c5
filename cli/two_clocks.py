"""The board and one person at an instant of the past: as known then, or by what is known since."""

from typing import Any

from audit.hindsight import Hindsight, Wrong, look_back, wrong_then
from audit.past import Past
from cli.clocks import Clocks
from cli.reading import board_document, offender_document
from cli.topics import open_topics
from models.board import OffenderView
from models.errors import Unproved
from models.instants import format_instant
from models.topics import JOURNAL, OFFENCES
from runtime.settings import Settings
from scoring.engine import Engine


def board_at(settings: Settings, top: int, clocks: Clocks) -> dict[str, Any]:
    """The ranking at an instant. Raises WrongUse, Unproved, StartRefused, Unavailable."""
    at, open_reader = clocks.at_us, open_topics(settings, OFFENCES, JOURNAL)
    if not clocks.by_later_knowledge:
        past = Past(open_reader)
        engine = past.until(at)
        return board_document(past.founding.board, at, engine.board(top))
    hindsight, later = look_back(open_reader, at, clocks.known_at_us)
    if not clocks.diff:
        document = board_document(hindsight.founding.board, at, hindsight.engine.board(top))
        return document | {"known_at": format_instant(hindsight.known_at)}
    then = Past(open_reader).until(at)
    standings = {row.offender_id: row for row in then.board(_WHOLE)}
    wrong = wrong_then(then, hindsight, later)
    lines = [_wrong(one, standings.get(one.offender_id), hindsight.engine) for one in wrong]
    return {
        "board": hindsight.founding.board,
        "as_of": format_instant(at),
        "known_at": format_instant(hindsight.known_at),
        "should_not_have_been": [line for line, one in zip(lines, wrong, strict=True) if one.was_in_band],
        "should_have_been": [line for line, one in zip(lines, wrong, strict=True) if not one.was_in_band],
    }


def offender_at(settings: Settings, offender_id: str, clocks: Clocks) -> dict[str, Any]:
    """One person at an instant. Raises WrongUse, Unproved, StartRefused, Unavailable."""
    at, open_reader = clocks.at_us, open_topics(settings, OFFENCES, JOURNAL)
    if not clocks.by_later_knowledge:
        return offender_document(known_offender(Past(open_reader).until(at), offender_id, at))
    hindsight, later = look_back(open_reader, at, clocks.known_at_us)
    known = hindsight.engine.offender(offender_id)
    if not clocks.diff:
        person = known_offender(hindsight.engine, offender_id, at)
        return offender_document(person) | {"known_at": format_instant(hindsight.known_at)}
    then = Past(open_reader).until(at)
    before = then.offender(offender_id)
    if not known.contributions and not before.contributions:
        known_offender(then, offender_id, at)
    since = {one.offender_id: one.known_since for one in wrong_then(then, hindsight, later)}
    return _two_views(before, known, hindsight, since.get(offender_id))


def known_offender(engine: Engine, offender_id: str, at: int) -> OffenderView:
    """One person of whom something is known. Raises Unproved."""
    person = engine.offender(offender_id)
    if not person.contributions:
        raise Unproved(f"no offence of {offender_id!r} was known at {format_instant(at)}")
    return person

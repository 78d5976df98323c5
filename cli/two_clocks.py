"""The board and one person at an instant of the past: as known then, or by what is known since."""

from typing import Any

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
    at = clocks.at_us
    past = Past(open_topics(settings, OFFENCES, JOURNAL))
    engine = past.until(at)
    return board_document(past.founding.board, at, engine.board(top))


def offender_at(settings: Settings, offender_id: str, clocks: Clocks) -> dict[str, Any]:
    """One person at an instant. Raises WrongUse, Unproved, StartRefused, Unavailable."""
    at = clocks.at_us
    engine = Past(open_topics(settings, OFFENCES, JOURNAL)).until(at)
    return offender_document(known_offender(engine, offender_id, at))


def known_offender(engine: Engine, offender_id: str, at: int) -> OffenderView:
    """One person of whom something is known. Raises Unproved."""
    person = engine.offender(offender_id)
    if not person.contributions:
        raise Unproved(f"no offence of {offender_id!r} was known at {format_instant(at)}")
    return person

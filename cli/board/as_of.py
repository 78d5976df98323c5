"""The board and one person at an instant of the past: as known then, or by what is known since."""

from collections.abc import Mapping
from typing import Any

from audit.history.membership_errors import Hindsight, LaterRevisions, MembershipError, look_back, wrong_then
from audit.history.past import Past
from cli.audit.snapshots import ask_past
from cli.board.reading import board_document, offender_document
from cli.clocks import AsOf
from cli.policy.unassessed import name_of, unassessed_document
from cli.topics import open_topics
from models.board import OffenderView
from models.errors import Unproved
from models.instants import format_instant
from models.journal.transition import Standing
from models.topics import JOURNAL, OFFENCES
from runtime.settings import Settings
from scoring.engine import Engine

_WHOLE_BOARD = 2**31


def board_at(settings: Settings, top: int, clocks: AsOf) -> dict[str, Any]:
    """The ranking at an instant. Raises WrongUse, Unproved, PreconditionFailed, Unavailable."""
    at, open_reader = clocks.at_us, open_topics(settings, OFFENCES, JOURNAL)
    if not clocks.by_later_knowledge:
        return ask_past(open_reader, at, lambda past: _board_then(past, at, top), top)
    hindsight, later = look_back(open_reader, at, clocks.known_at_us)
    if not clocks.diff:
        document = board_document(hindsight.founding.board, at, hindsight.engine.board(top))
        return document | _known_under(hindsight)
    return _difference(hindsight, later, Past(open_reader).until(at))


def offender_at(settings: Settings, offender_id: str, clocks: AsOf) -> dict[str, Any]:
    """One person at an instant. Raises WrongUse, Unproved, PreconditionFailed, Unavailable."""
    at, open_reader = clocks.at_us, open_topics(settings, OFFENCES, JOURNAL)
    if not clocks.by_later_knowledge:
        return ask_past(
            open_reader, at, lambda past: offender_document(known_offender(past.until(at), offender_id, at))
        )
    hindsight, later = look_back(open_reader, at, clocks.known_at_us)
    known = hindsight.corrected.offender(offender_id)
    if not clocks.diff:
        known_offender(hindsight.engine, offender_id, at)
        return offender_document(known) | _known_under(hindsight)
    then = Past(open_reader).until(at)
    before = then.offender(offender_id)
    if not known.contributions:
        known_offender(then, offender_id, at)
    since = {one.offender_id: one.known_since for one in wrong_then(then, hindsight, later)}
    return {
        "offender_id": offender_id,
        "as_of": format_instant(at),
        **_known_under(hindsight),
        "then": offender_document(before),
        "known": offender_document(known),
        "known_since": _instant(since.get(offender_id)),
    }


def _board_then(past: Past, at: int, top: int) -> dict[str, Any]:
    engine = past.until(at)
    return board_document(past.founding.board, at, engine.board(top))


def known_offender(engine: Engine, offender_id: str, at: int) -> OffenderView:
    """One person of whom something is known. Raises Unproved."""
    person = engine.offender(offender_id)
    if not person.contributions:
        raise Unproved(f"no offence of {offender_id!r} was known at {format_instant(at)}")
    return person


def _difference(hindsight: Hindsight, later: LaterRevisions, then: Engine) -> dict[str, Any]:
    before = {row.offender_id: Standing(row.rank, row.score) for row in then.board(_WHOLE_BOARD)}
    wrong = wrong_then(then, hindsight, later)
    return {
        "board": hindsight.founding.board,
        "as_of": format_instant(hindsight.at),
        **_known_under(hindsight),
        "should_not_have_been": [_wrong(one, before, hindsight.engine) for one in wrong if one.was_in_band],
        "should_have_been": [_wrong(one, before, hindsight.engine) for one in wrong if not one.was_in_band],
    }


def _known_under(hindsight: Hindsight) -> dict[str, Any]:
    """By which knowledge, and under which policy: the one that was in force at the moment."""
    return {
        "known_at": format_instant(hindsight.known_at),
        "policy": name_of(hindsight.policy),
        "unassessed": unassessed_document(hindsight.corrected.unassessed),
    }


def _wrong(one: MembershipError, before: Mapping[str, Standing], known: Engine) -> dict[str, Any]:
    then, now = before.get(one.offender_id, Standing(None, 0)), known.standing(one.offender_id)
    return {
        "offender_id": one.offender_id,
        "then": {"rank": then.rank, "score_millidays": then.score},
        "known": {"rank": now.rank, "score_millidays": now.score},
        "known_since": _instant(one.known_since),
    }


def _instant(micros: int | None) -> str | None:
    return None if micros is None else format_instant(micros)

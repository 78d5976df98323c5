"""The board and one person, as the store has them now."""

from typing import Any

from cli.output import printable, printable_code
from models.alert import days_text
from models.board import BoardRow, OffenderView
from models.errors import Unproved
from models.instants import format_instant
from runtime.installation import open_store
from runtime.settings import Settings
from runtime.topic_identity import find_place
from state.position import Position
from state.store import Store


def _instant(micros: int | None) -> str | None:
    return None if micros is None else format_instant(micros)


def board_document(board: str, as_of: int | None, rows: list[BoardRow]) -> dict[str, Any]:
    """The document of `harmwatch board`."""
    entries = [
        {
            "rank": row.rank,
            "offender_id": row.offender_id,
            "score_millidays": row.score,
            "in_band": row.in_band,
            "in_band_since": _instant(row.since),
        }
        for row in rows
    ]
    return {"board": board, "as_of": _instant(as_of), "entries": entries}


def offender_document(person: OffenderView) -> dict[str, Any]:
    """The document of `harmwatch offender`."""
    contributions = [
        {
            "offence_id": row.offence_id,
            "revision": row.revision,
            "code": row.code or None,
            "millidays": row.millidays,
            "reported_at": format_instant(row.reported_at),
            "until": _instant(row.until),
            "counted": row.counted,
        }
        for row in person.contributions
    ]
    return {
        "offender_id": person.offender_id,
        "rank": person.rank,
        "score_millidays": person.score,
        "in_band": person.in_band,
        "in_band_since": _instant(person.since),
        "contributions": contributions,
    }


def board_now(settings: Settings, top: int) -> dict[str, Any]:
    """The first `top` of the ranking. Raises Unavailable, or PreconditionFailed where topics are missing."""
    store = open_store(settings)
    try:
        return board_document(settings.board, _as_of(settings, store), store.board(top))
    finally:
        store.close()


def offender_now(settings: Settings, offender_id: str) -> dict[str, Any]:
    """One person of whom something is known.

    Raises Unproved, Unavailable, or PreconditionFailed where topics are missing.
    """
    store = open_store(settings)
    try:
        _as_of(settings, store)
        person = store.offender(offender_id)
        if not person.contributions:
            raise _nothing_known(offender_id, store.position())
    finally:
        store.close()
    return offender_document(person)


def _nothing_known(offender_id: str, position: Position) -> Unproved:
    """An id that nobody has is no all-clear, and neither is a board that is not there as a whole."""
    whole = position.generation is not None
    why = "" if whole else ", but the board is not open: it may not be whole (harmwatch status)"
    return Unproved(f"no offence of {offender_id!r} is known{why}")


def _as_of(settings: Settings, store: Store) -> int | None:
    """None before the board's first record or tick.

    Before its first entry somebody may have taken the wrong HARMWATCH_PREFIX, and hears of it.
    """
    position = store.position()
    if position.entry is None:
        find_place(settings)
    return position.as_of if position.has_begun else None


def render_board(document: dict[str, Any]) -> str:
    """A table for a person."""
    lines = [f"board {document['board']}, as of {document['as_of'] or 'nothing yet'}"]
    for row in document["entries"]:
        since = f"in band since {row['in_band_since']}" if row["in_band"] else ""
        days = days_text(row["score_millidays"])
        lines.append(f"{row['rank']:>5}  {printable(row['offender_id']):<20} {days:>9} days  {since}".rstrip())
    return "\n".join(lines)


def render_offender(document: dict[str, Any]) -> str:
    """One person's standing and offences."""
    rank = f"rank {document['rank']}" if document["rank"] else "not ranked"
    band = f", in the band since {document['in_band_since']}" if document["in_band"] else ""
    lines = [f"{printable(document['offender_id'])}: {rank}, {days_text(document['score_millidays'])} days{band}"]
    for row in document["contributions"]:
        counts = f"{days_text(row['millidays'])} days until {row['until']}" if row["counted"] else "counts nothing"
        code = printable_code(row["code"]) or "no code"
        lines.append(
            f"  {printable(row['offence_id'])} ({code}, revision {row['revision']}, "
            f"reported {row['reported_at']}): {counts}"
        )
    return "\n".join(lines)

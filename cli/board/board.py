"""`harmwatch board`: the ranking, live, at an instant, or by what was known of an instant later."""

from collections.abc import Iterable

import click

from audit.history.membership_errors import look_back, look_back_on_both
from broker.reader import OpenReader
from cli.audit.snapshots import ask_then
from cli.board.as_of import instant, live_as_of
from cli.board.board_difference import BoardDifference, difference, render_difference
from cli.board.knowledge import Knowledge, knowledge_of, render_knowledge
from cli.clocks import AsOf, clock_options
from cli.long_pass import long_pass
from cli.output import json_option, show
from cli.topics import open_topics
from models.alert import days_text
from models.board import BoardRow
from models.instants import Micros
from models.topics import JOURNAL, OFFENCES
from runtime.installation import open_store
from runtime.settings import Settings, load_settings
from sight.document import Document
from sight.printable import printable


class BoardEntry(Document):
    """One person of the ranking."""

    rank: int
    offender_id: str
    score_millidays: int
    in_band: bool
    in_band_since: str | None


class BoardDocument(Document):
    """The ranking; `as_of` is null before the board's first record or tick."""

    board: str
    as_of: str | None
    entries: tuple[BoardEntry, ...]


class BoardByLaterKnowledge(Knowledge, BoardDocument):
    """What held at a moment by what was known later, for `--known-at` and `--as-known-now`."""


DOCUMENT = BoardDocument | BoardByLaterKnowledge | BoardDifference


@click.command()
@click.option("--top", type=click.IntRange(1), default=100, show_default=True, help="How many.")
@clock_options
@json_option
def command(top: int, clocks: AsOf, as_json: bool) -> None:
    """Shows the ranking as it is now, or as it was at an instant."""
    settings = load_settings()
    document: BoardDocument | BoardDifference
    if clocks.asked:
        at = clocks.at_us  # wrong use is reported before Kafka is asked
        with long_pass(open_topics(settings, OFFENCES, JOURNAL)) as open_reader:
            document = board_at(open_reader, at, top, clocks)
    else:
        document = board_now(settings, top)
    show(document, as_json, render)


def board_document(board: str, as_of: int | None, rows: Iterable[BoardRow]) -> BoardDocument:
    """The document of a ranking."""
    entries = (
        BoardEntry(
            rank=row.rank,
            offender_id=row.offender_id,
            score_millidays=row.score,
            in_band=row.in_band,
            in_band_since=instant(row.since),
        )
        for row in rows
    )
    return BoardDocument(board=board, as_of=instant(as_of), entries=tuple(entries))


def board_now(settings: Settings, top: int) -> BoardDocument:
    """The first `top` of the ranking. Raises Unavailable, or PreconditionFailed where topics are missing."""
    store = open_store(settings)
    try:
        return board_document(settings.board, live_as_of(settings, store), store.board(top))
    finally:
        store.close()


def board_at(open_reader: OpenReader, at: Micros, top: int, clocks: AsOf) -> BoardDocument | BoardDifference:
    """The ranking at an instant. Raises WrongUse, Unproved, Unavailable."""
    if not clocks.by_later_knowledge:
        return ask_then(open_reader, at, lambda board, then: board_document(board, at, then.board(top)))
    if clocks.diff:
        return difference(*look_back_on_both(open_reader, at, clocks.known_at_us))
    hindsight, _ = look_back(open_reader, at, clocks.known_at_us)
    document = board_document(hindsight.founding.board, at, hindsight.engine.board(top))
    return BoardByLaterKnowledge(**dict(document), **dict(knowledge_of(hindsight)))


def render(document: BoardDocument | BoardDifference) -> str:
    """The ranking, or who was in the band and should not have been, and the reverse."""
    return render_difference(document) if isinstance(document, BoardDifference) else render_ranking(document)


def render_ranking(document: BoardDocument) -> str:
    """A table for a person."""
    lines = [f"board {document.board}, as of {document.as_of or 'nothing yet'}"]
    for row in document.entries:
        since = f"in band since {row.in_band_since}" if row.in_band else ""
        days = days_text(row.score_millidays)
        lines.append(f"{row.rank:>5}  {printable(row.offender_id):<20} {days:>9} days  {since}".rstrip())
    return "\n".join(lines) + render_knowledge(document)

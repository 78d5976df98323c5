"""The whole band at one moment, who was on the wrong side of it, and the alerts that would not be sent today."""

from collections.abc import Sequence

from audit.history.amendments import Amendment, Amendments
from audit.history.membership_errors import look_back_on_both
from broker.reader import OpenReader
from cli.audit.snapshots import KnownBoard, ask_then
from cli.board.board_difference import WrongMembership, difference
from cli.policy.policies import policy_name
from console.past.band_document import (
    AmendmentDocument,
    AmendmentsDocument,
    BandDocument,
    BandRowDocument,
    IntervalDocument,
    MisplacedDocument,
)
from console.past.questions import BandQuestion
from models.alert import alert_id
from models.board import BoardRow
from models.instants import Micros, format_instant


def band_answer(open_reader: OpenReader, question: BandQuestion, ranks: int) -> BandDocument:
    """`ranks`: about so many may be in the band. Raises WrongUse, Unproved, Unavailable."""
    if question.known_at is None and not question.by_later:
        return ask_then(open_reader, question.at, lambda name, then: _as_known_then(name, question, then, ranks))
    hindsight, later, then = look_back_on_both(open_reader, question.at, question.known_at)
    document = _as_known_then(hindsight.founding.board, question, then, ranks)
    wrong = difference(hindsight, later, then)
    misplaced = [
        *(_misplaced(one, was_in_band=True) for one in wrong.should_not_have_been),
        *(_misplaced(one, was_in_band=False) for one in wrong.should_have_been),
    ]
    policy = policy_name(wrong.policy.id, wrong.policy.version)
    return document.model_copy(update={"known_at": wrong.known_at, "policy": policy, "misplaced": tuple(misplaced)})


def _as_known_then(board: str, question: BandQuestion, then: KnownBoard, ranks: int) -> BandDocument:
    rows = tuple(map(_row, _band(then, ranks)))
    return BandDocument(
        board=board, as_of=format_instant(question.at), known_at=None, policy=None, rows=rows, misplaced=()
    )  # fmt: skip


def _band(then: KnownBoard, ranks: int) -> list[BoardRow]:
    """Everybody in it: of another policy it may reach further than the one that is set."""
    while True:
        rows = then.board(ranks)
        if len(rows) < ranks or not rows[-1].in_band:
            return [row for row in rows if row.in_band]
        ranks *= 2


def _row(row: BoardRow) -> BandRowDocument:
    since = None if row.since is None else format_instant(row.since)
    return BandRowDocument(
        rank=row.rank, offender_id=row.offender_id, score_millidays=row.score, in_band_since=since
    )  # fmt: skip


def _misplaced(one: WrongMembership, *, was_in_band: bool) -> MisplacedDocument:
    return MisplacedDocument(
        offender_id=one.offender_id,
        was_in_band=was_in_band,
        then_rank=one.then.rank,
        then_millidays=one.then.score_millidays,
        known_rank=one.known.rank,
        known_millidays=one.known.score_millidays,
        known_since=one.known_since,
    )


def amendments_answer(of: Amendments, since: Micros | None) -> AmendmentsDocument:
    """The document of a page."""
    return AmendmentsDocument(
        board=of.founding.board,
        known_at=format_instant(of.now),
        since=None if since is None else format_instant(since),
        amendments=tuple(_amendment(of.founding.board, one) for one in of.found),
        first_days=of.first_days,
    )


def _amendment(board: str, one: Amendment) -> AmendmentDocument:
    return AmendmentDocument(
        alert_id=alert_id(board, one.alert.sequence),
        transition=one.alert.move.value,
        offender_id=one.alert.offender_id,
        as_of=format_instant(one.alert.as_of),
        intervals=_intervals(one.intervals),
        by_others=one.by_others,
    )


def _intervals(intervals: Sequence[tuple[int, int]]) -> tuple[IntervalDocument, ...]:
    return tuple(IntervalDocument(begin=format_instant(begin), end=format_instant(end)) for begin, end in intervals)

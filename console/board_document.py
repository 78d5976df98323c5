"""The board as a document, for programs: what the page shows, in numbers."""

from collections.abc import Callable

from console.board_text import ALERTS_SHOWN, ROWS_BELOW, StayMark
from console.freshness import Freshness
from models.alert import Alert, alert_id
from models.board import BoardRow
from models.instants import format_instant
from sight.board_view import UNSEEN, BoardView
from sight.document import Document
from sight.sentences import alert_sentence

Marks = Callable[[int], StayMark | None]
"""Where the stay that began with an entrance is at the desk."""


class FreshDocument(Document):
    """Whether to believe the rest: `word` is LIVE, STALE, NOT LIVE or LOOKING, `why` says why it is not LIVE."""

    live: bool
    word: str
    why: str
    age_seconds: float


class BoardRowDocument(Document):
    """One person of the ranking. `alert_id` is that of their entrance; null outside of the band, as `in_band_since`.

    `desk_state`: where their stay is at the desk, as `kind` of a stay says it, or `decided`; `owner`: who holds it.
    Both null where the desk has no such stay, and for those to whom the board is the only page.
    """

    rank: int
    offender_id: str
    score_millidays: int
    margin_millidays: int | None
    in_band: bool
    in_band_since: str | None
    alert_id: str | None
    could_leave_at: str | None
    desk_state: str | None
    owner: str | None


class BoardAlertDocument(Document):
    """One alert, as a sentence; `alerts.v1` holds the rest under the same id."""

    alert_id: str
    transition: str
    as_of: str
    offender_id: str
    sentence: str


class BoardPageDocument(Document):
    """The board of one look: every figure of the store is of the same moment. Ids are as they were sent.

    `cut_millidays` is null while fewer than `band_size` are ranked, `as_of` before the board's first record.
    """

    board: str
    as_of: str | None
    entry: int
    sequence: int
    fresh: FreshDocument
    band_size: int
    exit_rank: int
    cut_millidays: int | None
    rows: tuple[BoardRowDocument, ...]
    alerts: tuple[BoardAlertDocument, ...]


def board_page_document(
    board: str, band_size: int, exit_rank: int, view: BoardView, fresh: Freshness, stay_mark: Marks = lambda _: None
) -> BoardPageDocument:
    """Of the newest look; the newest alert comes first."""
    cut = view.rows[band_size - 1].score if len(view.rows) >= band_size else None
    return BoardPageDocument(
        board=board,
        as_of=None if view.state == UNSEEN else view.as_of,
        entry=view.entry,
        sequence=view.sequence,
        fresh=FreshDocument(live=fresh.is_live, word=fresh.word, why=fresh.why, age_seconds=fresh.age),
        band_size=band_size,
        exit_rank=exit_rank,
        cut_millidays=cut,
        rows=tuple(_row(board, row, view, cut, stay_mark) for row in view.rows[: exit_rank + ROWS_BELOW]),
        alerts=tuple(map(_alert, reversed(view.alerts[-ALERTS_SHOWN:]))),
    )


def _row(board: str, row: BoardRow, view: BoardView, cut: int | None, stay_mark: Marks) -> BoardRowDocument:
    entrance = view.entrances.get(row.offender_id)
    mark = None if entrance is None else stay_mark(entrance)
    return BoardRowDocument(
        rank=row.rank,
        offender_id=row.offender_id,
        score_millidays=row.score,
        margin_millidays=None if cut is None else row.score - cut,
        in_band=row.in_band,
        in_band_since=_instant(row.since),
        alert_id=None if entrance is None else alert_id(board, entrance),
        could_leave_at=_instant(view.leaves_at.get(row.offender_id)),
        desk_state=None if mark is None else mark.kind,
        owner=None if mark is None else mark.owner or None,
    )


def _alert(alert: Alert) -> BoardAlertDocument:
    return BoardAlertDocument(
        alert_id=alert.alert_id,
        transition=alert.transition,
        as_of=alert.as_of,
        offender_id=alert.offender_id,
        sentence="".join(piece.text for piece in alert_sentence(alert)),
    )


def _instant(micros: int | None) -> str | None:
    return None if micros is None else format_instant(micros)

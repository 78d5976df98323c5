"""Views of boards, valid by default: what a look would have seen."""

import time
from collections.abc import Sequence
from dataclasses import replace

from models.alert import Alert, ContributionOut, CutOut, PolicyOut, StandingOut, alert_id, days_text
from models.alert import CauseOut as Cause
from models.board import BoardRow
from models.instants import DAY, parse_instant
from models.journal.transition import CauseKind, Move
from sight.board_view import BoardView

AS_OF = "2026-11-28T02:13:05Z"
SINCE = parse_instant("2026-08-03T03:04:05Z")
BAND = 100


def a_row(rank: int, who: str = "", score: int | None = None) -> BoardRow:
    inside = rank <= BAND
    score = 2_000_000 - 1_000 * rank if score is None else score
    return BoardRow(rank, who or f"suspect-{rank:04}", score, inside, SINCE if inside else None)


def a_view(rows: Sequence[BoardRow] | None = None, alerts: Sequence[Alert] = (), **changes: object) -> BoardView:
    """Seen just now: 120 ranked, and nothing wrong."""
    now = time.monotonic()
    rows = tuple(a_row(rank) for rank in range(1, 121)) if rows is None else tuple(rows)
    leaves_at = {row.offender_id: SINCE + 365 * DAY for row in rows if row.in_band}
    view = BoardView(
        seen_at=now, as_of=AS_OF, state="open", entry=81_204, sequence=417, rows=rows, leaves_at=leaves_at,
        alerts=tuple(alerts), moved_at=now, record_at=now,
    )  # fmt: skip
    return replace(view, **changes)  # type: ignore[arg-type]  # a test names fields


def an_alert(sequence: int = 417, **changes: object) -> Alert:
    """Of somebody who entered by an offence, whose report stands first among what counts."""
    alert = Alert(
        alert_id=alert_id("v100", sequence), board="v100", sequence=sequence, transition=Move.ENTERED,
        offender_id="suspect-0097", rank=97, score_days=days_text(1_825_000), score_millidays=1_825_000,
        previous=StandingOut(rank=None, score_millidays=0),
        cut=CutOut(score_millidays=1_415_000, margin_millidays=410_000),
        counterpart="suspect-0101",
        cause=Cause(kind=CauseKind.OFFENCE, event_id="e-1", offence_id="o-1", offender_id="suspect-0097"),
        contributions=(
            ContributionOut(
                offence_id="o-1", code="19C", millidays=1_825_000, reported_at=AS_OF, until="2027-11-28T02:13:05Z"
            ),
        ),
        contributions_total=1, expected_exit_at=None, entered=None, as_of=AS_OF,
        policy=PolicyOut(id="v100", version="2026.1", digest="0" * 64), input=None,
    )  # fmt: skip
    return alert.model_copy(update=changes)


def ranked(*first: str) -> list[BoardRow]:
    """These on the first ranks, all others behind them as ever."""
    others = [f"suspect-{rank:04}" for rank in range(1, 121)]
    names = [*first, *(who for who in others if who not in first)][:120]
    return [a_row(rank, who) for rank, who in enumerate(names, 1)]

"""The board in words: every cell of it and every alert, as page and stream both show them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo

from console.row_keys import RowKeys
from console.shift import Shift
from models.alert import Alert
from models.board import BoardRow
from models.instants import parse_instant
from sealing.handles import Handles
from sight.board_view import BoardView
from sight.local_times import full_moment, short_moment
from sight.printable import printable
from sight.sentences import Piece, alert_sentence
from sight.words import grouped_days, grouped_number

ALERTS_SHOWN = 30
ROWS_BELOW = 10
_LONGEST_FORGED, _LONGEST_ID = 40, 96


@dataclass(frozen=True, slots=True)
class StayMark:
    """Where a stay is at the desk, as the list says it: `kind` in one word of ours, `word` as it is read, and whose."""

    kind: str
    word: str
    owner: str


@dataclass(frozen=True, slots=True)
class RowText:
    """A line of the ranking. `key` names it in the page, and tells nobody whose it is."""

    key: str
    rank: str
    moved: str
    who: str
    days: str
    margin: str
    since: str
    leaves: str
    place: str
    """`in` the band, `below` it, or a `stayer`: in the band by the rule for leaving, though below the cut"""

    trend: str
    """`up`, `down`, `new`, `out`, or empty"""

    address: str = ""
    """of their stay, or else of the page about that person; empty: there is neither"""

    mark: StayMark | None = None
    """None: the desk has no such stay, or it is not for who reads this"""


@dataclass(frozen=True, slots=True)
class AlertText:
    """An alert as one sentence in pieces."""

    alert_id: str
    moved: str
    at: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class BoardText:
    """What a page shows of a board, but for how fresh that is."""

    cut: str
    shift: str
    rows: tuple[RowText, ...]
    alerts: tuple[AlertText, ...]

    def alone(self) -> "BoardText":
        """The same for those to whom the board is the only page: nothing leads further, and nothing is of the desk."""
        return replace(self, rows=tuple(replace(row, address="", mark=None) for row in self.rows))


@dataclass(frozen=True, slots=True)
class Wording:
    """What does not change from look to look: the band's size and exit rank, keys of rows, the zone of the clock."""

    band_size: int
    exit_rank: int
    keys: RowKeys
    zone: tzinfo | None = None
    stay_address: Callable[[int], str] = lambda _: ""
    """of the stay that began with an entrance; empty: the desk has none"""

    stay_mark: Callable[[int], StayMark | None] = lambda _: None
    """of the same; None: nothing is known of it"""

    handles: Handles | None = None

    def board(self, view: BoardView, shift: Shift) -> BoardText:
        """The board of a view, counted from the beginning of a shift."""
        shown = view.rows[: self.exit_rank + ROWS_BELOW]
        cut = view.rows[self.band_size - 1].score if len(view.rows) >= self.band_size else None
        today = parse_instant(view.as_of) if view.as_of is not None else shift.began_at
        return BoardText(
            cut=self._cut(view.rows, cut),
            shift=self._shift(view.rows, shift),
            rows=tuple(self._row(row, view, shift, cut, today) for row in shown),
            alerts=tuple(self._alerts(view.alerts, today)),
        )

    def _cut(self, rows: Sequence[BoardRow], cut: int | None) -> str:
        if cut is None:
            return f"no cut yet: {len(rows):,} of {self.band_size:,} places are taken"
        return f"the cut at {self.band_size:,}: {grouped_days(cut)}"

    def _shift(self, rows: Sequence[BoardRow], shift: Shift) -> str:
        there, gone = shift.there_and_gone(rows)
        began = short_moment(shift.began_at, shift.began_at, self.zone)
        then = f"when the shift began at {began}" if shift.by_another else f"when this console began at {began}"
        return f"{there:,} in the band who were not {then}, {gone:,} gone"

    def _row(self, row: BoardRow, view: BoardView, shift: Shift, cut: int | None, today: int) -> RowText:
        leaves_at = view.leaves_at.get(row.offender_id)
        entrance = view.entrances.get(row.offender_id)
        is_below, moved = row.rank > self.band_size, shift.moved(row)
        return RowText(
            key=self.keys.key(row.offender_id),
            rank=f"{row.rank:,}",
            moved=moved,
            who=printable(row.offender_id),
            days=grouped_number(row.score),
            margin="" if cut is None else _signed(row.score - cut),
            since="" if row.since is None else short_moment(row.since, today, self.zone),
            leaves="" if leaves_at is None else short_moment(leaves_at, today, self.zone),
            place="stayer" if row.in_band and is_below else "below" if is_below else "in",
            trend=_TRENDS.get(moved[:1], ""),
            address=self._address(row.offender_id, entrance),
            mark=None if entrance is None else self.stay_mark(entrance),
        )

    def _address(self, offender_id: str, entrance: int | None) -> str:
        stay = "" if entrance is None else self.stay_address(entrance)
        return stay or ("" if self.handles is None else f"/people/{self.handles.handle(offender_id)}")

    def _alerts(self, alerts: Sequence[Alert], today: int) -> Iterator[AlertText]:
        for alert in reversed(alerts[-ALERTS_SHOWN:]):
            yield AlertText(
                printable(alert.alert_id[:_LONGEST_ID]), alert.transition, self._at(alert, today), alert_sentence(alert)
            )

    def _at(self, alert: Alert, today: int) -> str:
        """What is no instant is forged, and stands there all the same."""
        try:
            return short_moment(parse_instant(alert.as_of), today, self.zone)
        except ValueError:
            return printable(alert.as_of[:_LONGEST_FORGED])

    def moment(self, as_of: str) -> str:
        """An instant in full."""
        return full_moment(parse_instant(as_of), self.zone)


_TRENDS = {"+": "up", "\N{MINUS SIGN}": "down", "n": "new", "o": "out"}
"""By the first letter of a movement."""


def _signed(millidays: int) -> str:
    return f"+{grouped_number(millidays)}" if millidays > 0 else grouped_number(millidays)

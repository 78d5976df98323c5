"""The shift: since when movement is counted, and who stood where then."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from models.board import BoardRow
from models.instants import SECOND
from sight.board_view import STALE_SECONDS, UNSEEN, BoardView


@dataclass(frozen=True, slots=True)
class Shift:
    """Began at `began_at` (microseconds); `ranks` then, and who was in the `band`. None: nothing was seen yet."""

    began_at: int
    by_another: bool = False
    ranks: Mapping[str, int] | None = None
    band: frozenset[str] = frozenset()

    def moved(self, row: BoardRow) -> str:
        """Ranks won or lost, `=`; `new` in the band or on the list, `out` of the band."""
        if self.ranks is None:
            return ""
        was_in, before = row.offender_id in self.band, self.ranks.get(row.offender_id)
        if row.in_band != was_in:
            return "new" if row.in_band else "out"
        if before is None:
            return "new"
        if before == row.rank:
            return "="
        return f"+{before - row.rank}" if before > row.rank else f"\N{MINUS SIGN}{row.rank - before}"

    def there_and_gone(self, rows: Sequence[BoardRow]) -> tuple[int, int]:
        """How many are in the band who were not then, and how many no longer; whoever came and went is in neither."""
        if self.ranks is None:
            return 0, 0
        now = {row.offender_id for row in rows if row.in_band}
        return len(now - self.band), len(self.band - now)


def why_unfit(view: BoardView, now: float) -> str:
    """Why no shift can begin from a view at `now` (monotonic seconds): after half a board everybody else would be new.

    Empty where one can.
    """
    if view.trouble is not None:
        return f"the board cannot be looked at: {view.trouble}"
    if view.state not in {"open", UNSEEN}:
        return f"the board is {view.state}"
    if view.state == UNSEEN or now - view.seen_at >= STALE_SECONDS:
        return "there is no news of the board"
    return "" if view.rows else "nobody is ranked yet"


def _now() -> int:
    return round(time.time() * SECOND)


@dataclass(slots=True)
class Shifts:
    """The shift of this console: the first begins with it, another one when somebody says so."""

    clock: Callable[[], int] = _now
    current: Shift = field(init=False)

    def __post_init__(self) -> None:
        self.current = Shift(self.clock())

    def begin(self, rows: Sequence[BoardRow]) -> None:
        """Another shift, from where everybody stands now."""
        self.current = _from(rows, self.clock(), by_another=True)

    def seen(self, rows: Sequence[BoardRow]) -> Shift:
        """The shift, which takes the first rows that are ever seen for its own beginning."""
        if self.current.ranks is None and rows:
            self.current = _from(rows, self.clock(), by_another=False)
        return self.current


def _from(rows: Sequence[BoardRow], began_at: int, *, by_another: bool) -> Shift:
    ranks = {row.offender_id: row.rank for row in rows}
    return Shift(began_at, by_another, ranks, frozenset(row.offender_id for row in rows if row.in_band))

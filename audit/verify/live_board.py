"""The live board held against the recomputed one: each slice of it at the entry at which it was read."""

from dataclasses import dataclass

import msgspec

from audit.verify.differences import shown
from audit.verify.faults import Faults
from models.alert import days_text
from models.board import SLICE_ROWS, BoardRow, BoardSlice
from models.instants import format_instant
from scoring.engine import Engine
from scoring.person import HIGHEST_RANKED


@dataclass(frozen=True, slots=True)
class _Kept:
    """A slice of which only its bytes are kept: a board may have millions of rows."""

    first: int
    rows: bytes


class LiveBoard:
    """What Redis held before the replay began: so many `rows`, read between two `entries`.

    `held_back` says why a board cannot be judged yet, `fault` what is wrong with it whatever it holds.
    """

    def __init__(self, held_back: str | None = None, fault: str | None = None) -> None:
        self.held_back = held_back
        self.fault = fault
        self.rows = 0
        self.entries: tuple[int, int] | None = None
        self._waiting: dict[int, list[_Kept]] = {}
        self._is_wrong = False

    def keep(self, piece: BoardSlice) -> None:
        """Takes in a slice, until the replay comes to its entry."""
        entry = piece.head.entry
        if entry is None:
            return
        self.rows += len(piece.rows)
        first, last = self.entries or (entry, entry)
        self.entries = min(first, entry), max(last, entry)
        self._waiting.setdefault(entry, []).append(_Kept(piece.first, _packed(piece.rows)))

    def compare(self, entry: int, engine: Engine, faults: Faults) -> None:
        """Holds the slices that were read at an entry against the engine, which stands right after it.

        Only the first row that differs is named: what follows it is most often moved by it.
        """
        for kept in self._waiting.pop(entry, ()):
            ours = [_ranked(row) for row in engine.board(SLICE_ROWS, kept.first)]
            if _packed(ours) != kept.rows and not self._is_wrong:
                self._is_wrong = True
                live = msgspec.msgpack.decode(kept.rows, type=list[BoardRow])
                faults.add_text(_difference(f"at entry {entry}", ours, live, kept.first))


def _packed(rows: list[BoardRow]) -> bytes:
    return msgspec.msgpack.encode(rows)


def _ranked(row: BoardRow) -> BoardRow:
    """As Redis ranks it: scores that fill its key rank alike."""
    if row.score <= HIGHEST_RANKED:
        return row
    return BoardRow(row.rank, row.offender_id, HIGHEST_RANKED, row.in_band, row.since)


def _difference(when: str, ours: list[BoardRow], live: list[BoardRow], first: int) -> str:
    place = next(
        (place for place, (mine, theirs) in enumerate(zip(ours, live, strict=False)) if mine != theirs),
        min(len(ours), len(live)),
    )
    theirs, mine = (_render_row(rows[place] if place < len(rows) else None) for rows in (live, ours))
    return f"live board, rank {first + place} {when}: {theirs}; recomputed: {mine}"


def _render_row(row: BoardRow | None) -> str:
    if row is None:
        return "no one"
    band = "not in the band" if row.since is None else f"in the band since {format_instant(row.since)}"
    return f"{shown(row.offender_id)} with {days_text(row.score)} days, {band}"

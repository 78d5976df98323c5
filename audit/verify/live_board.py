"""The live board held against the recomputed one: each slice of it at the entry at which it was read."""

from collections import defaultdict
from collections.abc import Sequence
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
class PackedSlice:
    """A slice of which only its bytes are kept: a board may have millions of rows.

    `count` of them from rank `first` on, as they stood after an `entry`.
    """

    entry: int
    first: int
    count: int
    rows: bytes


def pack_slice(piece: BoardSlice) -> PackedSlice | None:
    """None where there was no board."""
    entry = piece.head.entry
    return None if entry is None else PackedSlice(entry, piece.first, len(piece.rows), _packed(piece.rows))


@dataclass(frozen=True, slots=True)
class LiveBoard:
    """What Redis held before the replay began.

    `held_back` says why a board cannot be judged yet, `fault` what is wrong with it whatever it holds.
    """

    slices: Sequence[PackedSlice] = ()
    held_back: str | None = None
    fault: str | None = None

    @property
    def rows(self) -> int:
        """How many ranks were read."""
        return sum(piece.count for piece in self.slices)

    @property
    def entries(self) -> tuple[int, int] | None:
        """The first and the last entry at which it was read; None: it was not."""
        entries = [piece.entry for piece in self.slices]
        return (min(entries), max(entries)) if entries else None


class LiveBoardCheck:
    """Holds what was read of a board against the engine, while the replay goes by."""

    def __init__(self, board: LiveBoard) -> None:
        self._waiting: defaultdict[int, list[PackedSlice]] = defaultdict(list)
        for piece in board.slices:
            self._waiting[piece.entry].append(piece)
        self._is_wrong = False

    def compare(self, entry: int, engine: Engine, faults: Faults) -> None:
        """Holds the slices that were read at an entry against the engine, which stands right after it.

        Only the first row that differs is named: what follows it is most often moved by it.
        """
        for read in self._waiting.pop(entry, ()):
            ours = [_ranked(row) for row in engine.board(SLICE_ROWS, read.first)]
            if _packed(ours) != read.rows and not self._is_wrong:
                self._is_wrong = True
                live = msgspec.msgpack.decode(read.rows, type=list[BoardRow])
                faults.add_text(_difference(f"at entry {entry}", ours, live, read.first))


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

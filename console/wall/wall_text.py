"""The board as a wall shows it: ids shortened to their end, and no more lines than fit."""

from dataclasses import replace

from console.board_text import AlertText, BoardText, RowText
from sight.opening import CLOSED
from sight.sentences import Piece

LINES, ALERTS = 111, 5
"""Four columns of 28 with the line of the cut."""

_SHOWN = 4


def shortened(who: str) -> str:
    """Enough for who knows the list, and too little for who passes by."""
    return who if len(who) <= _SHOWN or who == CLOSED else f"\N{HORIZONTAL ELLIPSIS}{who[-_SHOWN:]}"


def wall_text(text: BoardText) -> BoardText:
    """Of what the board's page shows."""
    rows = tuple(_row(row) for row in text.rows[:LINES])
    return replace(text, shift="", rows=rows, alerts=tuple(_alert(alert) for alert in text.alerts[:ALERTS]))


def _row(row: RowText) -> RowText:
    return replace(row, who=shortened(row.who), margin="", since="", leaves="", address="", mark=None)


def _alert(alert: AlertText) -> AlertText:
    pieces = tuple(Piece(shortened(each.text), names=True) if each.names else each for each in alert.pieces)
    return replace(alert, pieces=pieces)

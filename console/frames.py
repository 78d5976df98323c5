"""A frame: what every page shows from now on, made once and sent to each as the same bytes."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from console.board_text import AlertText, BoardText, RowText
from console.freshness import Freshness


@dataclass(frozen=True)
class Frame:
    """`number` counts up; `before` is the text that the frame with the number before it showed."""

    number: int
    text: BoardText
    before: BoardText | None

    @cached_property
    def whole(self) -> bytes:
        """The event for a page that knows nothing yet, or has missed frames."""
        return event_bytes("board", self._document([_row(row) for row in self.text.rows], self.text.alerts, whole=True))

    @cached_property
    def change(self) -> bytes:
        """For a page that shows the frame before this one: the order of all rows, the content of changed ones."""
        if self.before is None:
            return self.whole
        known = set(self.before.rows)
        shown = set(self.before.alerts)
        rows = [row.key if row in known else _row(row) for row in self.text.rows]
        return event_bytes(
            "board", self._document(rows, [each for each in self.text.alerts if each not in shown], whole=False)
        )

    @cached_property
    def alone(self) -> "Frame":
        """For those to whom the board is the only page."""
        return Frame(self.number, self.text.alone(), None if self.before is None else self.before.alone())

    def _document(self, rows: Sequence[object], alerts: Sequence[AlertText], *, whole: bool) -> dict[str, object]:
        return {
            "number": self.number,
            "whole": whole,
            "cut": self.text.cut,
            "shift": self.text.shift,
            "rows": rows,
            "alerts": [_alert(each) for each in alerts],
        }


def unseen_event(fresh: Freshness, why: str) -> bytes:
    """The same while nothing may be shown: no news that is live, and no names."""
    return fresh_event(replace(fresh, is_live=False, word="NOT LIVE", why=why))


def fresh_event(fresh: Freshness) -> bytes:
    """How fresh the board is; it goes out every two seconds, whatever else does."""
    return event_bytes("fresh", {
        "live": fresh.is_live, "word": fresh.word, "why": fresh.why, "asOf": fresh.as_of,
        "details": fresh.details, "age": fresh.age, "desk": fresh.desk,
    })  # fmt: skip


def bye_event() -> bytes:
    """The stream ends by itself: the page asks again, not all of them at once."""
    return event_bytes("bye", {})


def signed_out_event() -> bytes:
    """The same where nobody is signed in any more: the page is loaded again, and shows no names."""
    return event_bytes("bye", {"signedOut": True})


def _row(row: RowText) -> dict[str, str]:
    mark = row.mark
    at_desk = {} if mark is None else {"kind": mark.kind, "status": mark.word, "owner": mark.owner}
    return at_desk | {
        "key": row.key, "rank": row.rank, "moved": row.moved, "who": row.who, "days": row.days, "margin": row.margin,
        "since": row.since, "leaves": row.leaves, "place": row.place, "trend": row.trend,
        "address": row.address,
    }  # fmt: skip


def _alert(alert: AlertText) -> dict[str, object]:
    pieces = [[piece.text, int(piece.names)] for piece in alert.pieces]
    return {"id": alert.alert_id, "moved": alert.moved, "at": alert.at, "pieces": pieces}


def event_bytes(name: str, document: Mapping[str, object]) -> bytes:
    """One event of a stream."""
    return f"event: {name}\ndata: {json.dumps(document, separators=(',', ':'))}\n\n".encode()

"""The boards at the ends of the months (UTC) that an entry passes, each as it was known then."""

import pickle
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from audit.replay.partial import begun_until
from audit.replay.repetition import whole
from models.board import BoardRow
from models.clock import ClockMode
from models.contribution import Run
from models.instants import EARLIEST
from models.journal.entry import JournalEntry
from scoring.engine import Engine

_WHOLE_BOARD = 2**31
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def month_ends(after: int, before: int) -> Iterator[int]:
    """The last microsecond of each month within [after, before)."""
    at = _EPOCH + after * _MICROSECOND
    months = at.year * 12 + at.month  # the month behind this one
    while (end := (datetime(months // 12, months % 12 + 1, 1, tzinfo=UTC) - _EPOCH) // _MICROSECOND - 1) < before:
        yield end
        months += 1


class MonthEndBoards:
    """Made before an entry is repeated, asked after it.

    The entry may hold records from before and from after the end of a month, and steps may end in between: then the
    board is computed by a copy of the engine, and the replay goes on as the journal does.
    """

    def __init__(self, engine: Engine | None, entry: JournalEntry, after: int, before: int) -> None:
        self._ends = tuple(month_ends(after, before)) if engine is not None and after > EARLIEST else ()
        self._tells_later = _tells_later(entry)
        self._copy, self._rows = b"", list[BoardRow]()
        if engine is None or not self._ends:
            return
        due = engine.next_due
        if self._tells_later and (due is None or due > self._ends[-1]):
            self._rows = engine.board(_WHOLE_BOARD)
        else:
            self._copy = pickle.dumps(engine, pickle.HIGHEST_PROTOCOL)

    def boards(self, run: Run | None) -> Iterator[tuple[int, list[BoardRow]]]:
        """Each end (microseconds) with everybody ranked then; `run` is the entry's."""
        for end in self._ends:
            yield end, self._at(end, run) if self._copy else self._rows

    def _at(self, end: int, run: Run | None) -> list[BoardRow]:
        engine: Engine = pickle.loads(self._copy)  # our own, of a moment ago
        if run is not None and not self._tells_later:
            whole(engine.apply(begun_until(run, end)))
        engine.tick(end)
        return engine.board(_WHOLE_BOARD)


def _tells_later(entry: JournalEntry) -> bool:
    """Whether all that an entry tells comes at its own instant."""
    return entry.run is None or entry.clock == ClockMode.WALL

"""A replay within limits, and what comes out of it for analysts: transitions, boards, contributions."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from audit.export.month_ends import MonthEndBoards
from audit.replay.replay import Replay
from models.board import BoardRow
from models.contribution import Run
from models.errors import Unproved
from models.instants import EARLIEST, format_instant, parse_instant
from models.journal.entry import FIRST_PREVIOUS_HASH, JournalEntry
from models.journal.transition import Entry

if TYPE_CHECKING:
    from audit.export.tables import Tables

_WHOLE_BOARD = 2**31


@dataclass(frozen=True, slots=True)
class Limits:
    """Where a replay ends: after all that had happened at `until` (microseconds), after entry `last`, or nowhere."""

    until: int | None = None
    last: int | None = None


@dataclass(frozen=True, slots=True)
class ExportOutcome:
    """Where a replay ended, and what it had come to: `entry` with its hash `head`, as of `as_of` (microseconds)."""

    board: str
    entry: int
    as_of: int
    head: str
    records: int
    transitions: int


class Export:
    """Replays a journal within limits, and writes what comes out; `tables` None: nothing is written. It is run once."""

    def __init__(self, replay: Replay, limits: Limits, tables: "Tables | None") -> None:
        self._entry = self._transitions = self._contributions = 0
        self._as_of, self._head, self._board = EARLIEST, FIRST_PREVIOUS_HASH, ""
        self._replay, self._limits, self._tables = replay, limits, tables
        self._reached = limits.until is None and limits.last is None

    def run(self, tell: Callable[[int, int], object] | None = None) -> ExportOutcome:
        """Works through the journal; `tell` hears each entry's number, and how many records were read so far.

        Raises Unproved.
        """
        for published in self._replay.published():
            try:
                self._take(published)
            except Unproved as error:
                raise Unproved(f"journal.v1 entry {published.entry}: {error}") from error
            if tell is not None:
                tell(published.entry, self._replay.records)
            if self._reached and self._limits != Limits():
                break
        self._require_reaching()
        self._end_instant()
        self._add_board()
        records = self._replay.records
        return ExportOutcome(self._board, self._entry, self._as_of, self._head, records, self._transitions)

    def _take(self, published: JournalEntry) -> None:
        until, engine = self._limits.until, self._replay.engine
        as_of: int = parse_instant(published.as_of)
        goes_beyond = until is not None and as_of > until
        if until is not None and goes_beyond:
            as_of, self._reached = until, True
        months = MonthEndBoards(None if self._tables is None else engine, published, self._as_of, as_of)
        replay = self._replay
        replayed = replay.repeat_until(published, as_of) if goes_beyond else replay.repeat(published)
        for end, rows in months.boards(replayed.run):
            self._add_rows(end, rows)
        for part in replayed.entries:
            self._add(published.entry, part, replayed.run if part.partition is not None else None)
        self._entry, self._as_of, self._board, self._head = published.entry, as_of, published.board, published.hash
        self._reached = self._reached or published.entry == self._limits.last

    def _end_instant(self) -> None:
        """Where the journal ends within the instant of --until, what its last tick has left over had ended by then."""
        until, engine = self._limits.until, self._replay.engine
        ended = None if until is None or engine is None else engine.tick(until)
        if ended is not None:
            self._add(self._entry, ended, None)

    def _add(self, number: int, part: Entry, run: Run | None) -> None:
        self._transitions += len(part.transitions)
        self._contributions += len(run.contributions) if run else 0
        if self._tables is not None:
            self._tables.add_entry(number, part)
            if run is not None:
                self._tables.add_run(number, run)

    def _add_board(self) -> None:
        engine = self._replay.engine
        if engine is not None and self._as_of > EARLIEST:
            self._add_rows(self._as_of, engine.board(_WHOLE_BOARD))

    def _add_rows(self, as_of: int, rows: list[BoardRow]) -> None:
        if self._tables is not None:
            self._tables.add_board(self._entry, as_of, rows)

    def _require_reaching(self) -> None:
        if not self._entry:
            raise Unproved("the journal is empty: there is nothing to replay")
        if self._limits.until is not None and not self._contributions:
            raise Unproved(f"{format_instant(self._limits.until)} lies before the first report")
        if not self._reached and self._limits.until != self._as_of:
            asked = f"no entry {self._limits.last}" if self._limits.last else "nothing yet at the instant of --until"
            raise Unproved(f"the journal ends at entry {self._entry}, as of {format_instant(self._as_of)}: {asked}")

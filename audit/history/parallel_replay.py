"""A replay up to an instant, beside a reading that goes on beyond it: one pass over the records gives both."""

from collections.abc import Sequence

from audit.replay.replay import Replay
from audit.replay.run_prefetcher import AssessedRun
from broker.reader import OpenReader
from models.contribution import Run
from models.errors import Unproved
from models.instants import Micros, parse_instant
from models.journal.entry import JournalEntry, RunOut
from models.record import Record
from scoring.engine import Engine


class ParallelReplay:
    """Takes the entries of a journal in order, each with its run as it was read; those behind `at` change nothing.

    So a moment that is held against later knowledge costs one reading, and not two.
    """

    def __init__(self, open_reader: OpenReader, at: Micros) -> None:
        self._runs = _RunsInHand()
        self._replay = Replay(open_reader, self._runs, digests=False)
        self._at = at
        self._has_passed = False

    def take(self, entry: JournalEntry, run: Run | None, records: Sequence[Record]) -> None:
        """The next entry, with its whole run. Raises Unproved where it cannot be repeated."""
        if self._has_passed:
            return
        self._runs.run = None if run is None else AssessedRun(run, len(records), b"", records)
        self._has_passed = parse_instant(entry.as_of) > self._at
        if self._has_passed:
            self._replay.repeat_until(entry, self._at)
        else:
            self._replay.repeat(entry)

    def board(self) -> Engine:
        """The board at that instant. Raises Unproved when the journal is empty."""
        engine = self._replay.engine
        if engine is None:
            raise Unproved("the journal is empty: there is nothing to look back on")
        engine.tick(engine.as_of)  # where the journal ends within an instant, what its last tick has left over
        return engine


class _RunsInHand:
    """Gives a replay the run that was read last."""

    def __init__(self) -> None:
        self.run: AssessedRun | None = None

    def take(self, _span: RunOut) -> AssessedRun | None:
        return self.run

    def close(self) -> None:
        self.run = None

"""What a board received, read from its journal and the records alone: no engine repeats what came of it.

So it costs half of a replay. Whether the board made of it what it should have is the question of `harmwatch verify`.
"""

from collections.abc import Sequence
from contextlib import closing

from audit.history.history_replay import AppliedEntry, EntryObserver, Reign
from audit.history.parallel_replay import ParallelReplay
from audit.replay.founding import Founding, read_founding, read_policy
from audit.replay.inputs import Inputs
from audit.replay.partial import begun_until
from broker.journal import open_journal
from broker.reader import OpenReader
from models.clock import ClockMode
from models.contribution import Run
from models.errors import BrokenInvariant, Unproved
from models.instants import EARLIEST, Micros, format_instant, parse_instant
from models.journal.entry import JournalEntry, RunOut
from models.journal.transition import EntryKind
from models.record import Record
from scoring.assess import Assessor
from scoring.run import UNDIGESTED, assess_run


class ReceivedHistory:
    """Reads a journal once, from its founding. Every observer sees each entry, without what was done (`done` is empty).

    `then` takes each of them, too. `as_of` is where it stands (microseconds), `reigns` every policy that came into
    force, and since when.
    """

    def __init__(self, open_reader: OpenReader, *observers: EntryObserver, then: ParallelReplay | None = None) -> None:
        self.as_of = EARLIEST
        self.reigns: list[Reign] = []
        self._open_reader, self._observers, self._then = open_reader, observers, then
        self._inputs = Inputs(open_reader)
        self._founding: Founding | None = None
        self._assess: Assessor | None = None
        self._entry = 0

    @property
    def founding(self) -> Founding:
        """What the board was founded with. Raises Unproved when the journal is empty."""
        if self._founding is None:
            raise Unproved("the journal is empty: there is nothing to look back on")
        return self._founding

    def read(self, until: Micros | None = None) -> None:
        """All that was received up to an instant, None: to the journal's end. Raises Unproved outside of history.

        Raises PreconditionFailed for the journal of another engine.
        """
        try:
            with open_journal(self._open_reader) as journal, closing(self._inputs):
                journal.require_our_engine()
                reached = any(self._ends_with(entry, until) for _, entry in journal.walk(whole=True))
        except BrokenInvariant as error:
            raise Unproved(f"{error}: run `harmwatch verify`") from error
        if until is not None and not reached and until != self.as_of:
            raise Unproved(
                f"the journal ends at entry {self._entry}, as of {format_instant(self.as_of)}: "
                f"nothing is known yet of {format_instant(until)}"
            )

    def _ends_with(self, entry: JournalEntry, until: int | None) -> bool:
        """Takes in an entry, as far as it had happened by `until`; whether that instant was reached in it."""
        as_of = parse_instant(entry.as_of)
        reached = until is not None and as_of > until
        try:
            if until is not None and reached:
                self._take_beginning(entry, until)
            else:
                self._take(entry, as_of)
        except Unproved as error:
            raise Unproved(f"journal.v1 entry {entry.entry}: {error}") from error
        return reached

    def _take(self, entry: JournalEntry, as_of: int) -> None:
        if self._founding is None:
            self._founding = read_founding(entry)
            self._follow(Reign(EARLIEST, self._founding.policy))
        elif entry.kind is EntryKind.POLICY:
            self._follow(Reign(as_of, read_policy(entry)))
        run, records = self._read_run(entry.run) if entry.kind is EntryKind.RUN else (None, ())
        if run is not None:
            self._show(run, records, as_of)
        self._tell_then(entry, run, records)
        self._entry, self.as_of = entry.entry, as_of

    def _take_beginning(self, entry: JournalEntry, until: int) -> None:
        """By its records those that came by then; on a board that goes by the wall a run came as a whole, later."""
        run: Run | None = None
        records: Sequence[Record] = ()
        if self._founding is not None and entry.run is not None and self._founding.clock is ClockMode.EVENT:
            run, records = self._read_run(entry.run)
            self._show(begun_until(run, until), records, until)
        self._tell_then(entry, run, records)
        self.as_of = until

    def _tell_then(self, entry: JournalEntry, run: Run | None, records: Sequence[Record]) -> None:
        if self._then is not None:
            self._then.take(entry, run, records)

    def _read_run(self, span: RunOut | None) -> tuple[Run, Sequence[Record]]:
        if span is None or self._assess is None:
            raise Unproved("it is a run without records")
        records = self._inputs.read(span)
        return assess_run(span.partition, span.start, span.end, records, self._assess, UNDIGESTED), records

    def _show(self, run: Run, records: Sequence[Record], after: int) -> None:
        policy = self.reigns[-1].policy
        applied = AppliedEntry(run, records, (), self.founding.clock, self.as_of, after, policy)
        for observe in self._observers:
            observe(applied)

    def _follow(self, reign: Reign) -> None:
        self.reigns.append(reign)
        self._assess = Assessor(reign.policy)

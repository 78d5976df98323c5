"""The history of a board: a replay that stops at an instant, or right after one change."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import NamedTuple

from audit.replay.founding import Founding
from audit.replay.replay import Replay, ReplayedEntry
from broker.reader import OpenReader
from models.clock import ClockMode
from models.contribution import Contribution, Run
from models.decode import Report, decode_record
from models.errors import Unproved
from models.instants import EARLIEST, Micros, format_instant, parse_instant
from models.journal.entry import FIRST_PREVIOUS_HASH, JournalEntry
from models.journal.transition import Entry, Transition
from models.policy import Policy
from models.record import Record
from scoring.engine import Engine


class ReceivedReport(NamedTuple):
    """One good report that the board received at `known_from` (microseconds), assessed by its policy of then.

    `record` holds what it said; None where it was not kept, for instance in a history that was never on Kafka.
    """

    item: Contribution
    known_from: int
    record: Record | None = None
    policy: Policy | None = None

    @property
    def report(self) -> Report | None:
        """What it said: decoded when asked for, since only another policy asks."""
        return None if self.record is None else decode_record(self.record)


@dataclass(frozen=True, slots=True)
class AppliedEntry:
    """An entry as the board applied it: its run, if it has one, and what came of it.

    `before` and `after` are the board's as_of around it (microseconds), `policy` the one in force then.
    """

    run: Run | None
    records: Sequence[Record]
    done: Sequence[Entry]
    clock: ClockMode
    before: int
    after: int
    policy: Policy | None = None

    def contributions(self) -> Iterator[tuple[Contribution, int]]:
        """Each contribution with the as_of at which it was applied."""
        as_of = self.before
        for item in self.run.contributions if self.run else ():
            as_of = self.after if self.clock is ClockMode.WALL else max(as_of, item.recorded_at)
            yield item, as_of

    def received(self) -> Iterator[ReceivedReport]:
        """The same with the record of each report."""
        records = {record.offset: record for record in self.records}
        for item, known_from in self.contributions():
            yield ReceivedReport(item, known_from, records.get(item.offset), self.policy)


class Reign(NamedTuple):
    """A policy and the instant since which it is in force (microseconds)."""

    since: int
    policy: Policy


EntryObserver = Callable[[AppliedEntry], None]


class HistoryReplay:
    """Replays a journal once, as far as it is asked to. Every observer sees each entry that was repeated.

    `entry` and `head`: the number and the hash of the last entry that was read.
    """

    def __init__(self, open_reader: OpenReader, *observers: EntryObserver) -> None:
        self.replay = Replay(open_reader, digests=False)
        self.entry, self.head = 0, FIRST_PREVIOUS_HASH
        self._observers = observers
        self._as_of = EARLIEST
        self._received_any = False
        self._reigns: list[Reign] = []

    def resume(
        self, founding: Founding, policies: Sequence[Policy], engine: Engine, next_offset: int, head: str
    ) -> None:
        """Begins behind an entry that brought reports. Neither observers nor `reigns` know what was before."""
        self.replay.resume(founding, policies, engine, next_offset, head)
        self.entry, self.head, self._as_of, self._received_any = engine.entry, head, engine.as_of, True

    @property
    def founding(self) -> Founding:
        """What the board was founded with. Raises Unproved when the journal is empty."""
        if self.replay.founding is None:
            raise Unproved("the journal is empty: there is nothing to look back on")
        return self.replay.founding

    @property
    def policy(self) -> Policy:
        """The policy in force where the replay stands. Raises Unproved when the journal is empty."""
        return self.replay.policy or self.founding.policy

    @property
    def reigns(self) -> list[Reign]:
        """Every policy that came into force so far, and since when; the first has always been."""
        return list(self._reigns)

    def as_of(self, instant: Micros | None = None) -> Engine:
        """The board as known at `instant`: after every change with as_of up to it, what was due by then drained.

        None: as known now, at the journal's end. Nothing can be repeated after it. Raises Unproved outside of history.
        """
        reached = instant is None
        with closing(self.replay.published()) as published:
            for entry in published:
                if instant is not None and parse_instant(entry.as_of) > instant:
                    self._go_on(entry, lambda entry: self.replay.repeat_until(entry, instant))
                    reached, self._as_of = True, instant
                    break
                self._go_on(entry, self.replay.repeat)
        engine = self.engine()
        if instant is not None and not self._received_any:
            raise Unproved(f"{format_instant(instant)} lies before the first report")
        if not reached and instant != self._as_of:
            raise Unproved(
                f"the journal ends at entry {self.entry}, as of {format_instant(self._as_of)}: "
                f"nothing is known yet of {format_instant(instant or 0)}"
            )
        engine.tick(engine.as_of)  # where the journal ends within an instant, what its last tick has left over
        return engine

    def right_after(self, sequence: int) -> tuple[JournalEntry, Transition]:
        """The transition with a sequence, and its entry; the engine stands right after that change.

        Raises Unproved where there is none.
        """
        with closing(self.replay.published()) as published:
            for entry in published:
                if entry.transitions and entry.transitions[-1].sequence >= sequence:
                    replayed = self._go_on(entry, lambda entry: self.replay.repeat_to(entry, sequence))
                    if replayed.stopped_behind is not None:
                        return entry, replayed.stopped_behind
                self._go_on(entry, self.replay.repeat)
        newest = self.engine().sequence
        raise Unproved(f"there is no alert {sequence}: the newest on board {self.founding.board} is {newest}")

    def engine(self) -> Engine:
        """The board as far as it was replayed. Raises Unproved when the journal is empty."""
        if self.replay.engine is None:
            raise Unproved("the journal is empty: there is nothing to look back on")
        return self.replay.engine

    def _go_on(self, entry: JournalEntry, repeat: Callable[[JournalEntry], ReplayedEntry]) -> ReplayedEntry:
        """Repeats an entry and shows it to every observer."""
        before, policy = self._as_of, self.replay.policy
        try:
            replayed = repeat(entry)
        except Unproved as error:
            raise Unproved(f"journal.v1 entry {entry.entry}: {error}") from error
        engine, run = self.engine(), replayed.run
        if self.replay.policy is not policy:
            self._reigns.append(Reign(engine.as_of if self._reigns else EARLIEST, self.policy))
        self.entry, self.head, self._as_of = entry.entry, entry.hash, engine.as_of
        self._received_any = self._received_any or (run is not None and bool(run.contributions))
        applied = AppliedEntry(
            run, replayed.records, replayed.entries, self.founding.clock, before, engine.as_of, policy
        )
        for observe in self._observers:
            observe(applied)
        return replayed

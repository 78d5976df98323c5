"""Replay: everything is computed again from offences.v1 in the order of journal.v1, without Redis.

The reference engine does the work; it shares no code with the Lua that ran live.
"""

import hashlib
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import NoReturn

from audit.replay.founding import Founding, read_founding, read_policy
from audit.replay.inputs import Inputs
from audit.replay.partial import begun_until, find, run_to, tick_to
from audit.replay.repetition import repeat_entry, whole
from audit.replay.run_prefetcher import AssessedRun, PrefetchedRuns
from broker.entries import BEGINNING, Tail, tail_of
from broker.journal import Journal, open_journal
from broker.reader import OpenReader
from models.clock import ClockMode
from models.contribution import Contribution, Run
from models.errors import BrokenInvariant, Unproved
from models.instants import parse_instant
from models.journal.entry import JournalEntry, RunOut
from models.journal.transition import Entry, EntryKind, Transition
from models.policy import Policy
from models.record import Record, run_content
from runtime.in_force import read_in_force
from scoring.assess import Assessor
from scoring.engine import Engine
from scoring.run import UNDIGESTED, assess_run


@dataclass(frozen=True, slots=True)
class ReplayedEntry:
    """One published entry, and what it came of when it was computed again.

    `entries`: the entry itself; where it was repeated in part, what of it had happened: none, or a run and a tick.
    `run` and `records` are those of a run, the refused records alone where another process read them. `known`: of an
    entry that put another policy in force all that is known, assessed under it. `stopped_behind`: the transition behind
    which the repetition was to stop.
    """

    published: JournalEntry
    entries: tuple[Entry, ...] = ()
    run: Run | None = None
    records: Sequence[Record] = ()
    known: Sequence[Contribution] = ()
    stopped_behind: Transition | None = None

    @property
    def entry(self) -> Entry:
        """The whole entry, of which nothing was left out."""
        (entry,) = self.entries
        return entry


@dataclass(slots=True)
class Replay:
    """The recomputation of one journal. With `ahead` it reads and assesses no runs itself.

    Without `digests` its runs have none: for who looks back, and leaves it to `verify` to compare them.
    `policies` were in force one after the other. `next_offset` is that of the next record of the journal, and
    `end` the one before which it stops (None: at the journal's end when it begins to read).
    """

    open_reader: OpenReader
    ahead: PrefetchedRuns | None = None
    records: int = 0
    founding: Founding | None = None
    policies: list[Policy] = field(default_factory=list)
    engine: Engine | None = None
    inputs: Inputs = field(init=False)
    next_offset: int = 0
    end: int | None = None
    digests: bool = True
    _tail: Tail = BEGINNING
    _assess: Assessor | None = None

    def __post_init__(self) -> None:
        self.inputs = Inputs(self.open_reader)

    @property
    def policy(self) -> Policy | None:
        """The policy in force after the newest entry."""
        return self.policies[-1] if self.policies else None

    def run(self) -> Iterator[ReplayedEntry]:
        """Every published entry and what it came of, not compared. Raises Unproved at one that cannot be repeated."""
        for published in self.published():
            try:
                replayed = self.repeat(published)
            except Unproved as error:
                raise Unproved(f"journal.v1 entry {published.entry}: {error}") from error
            yield replayed

    def published(self) -> Generator[JournalEntry, None, None]:
        """The entries of the journal; the caller repeats each. Raises Unproved where it is not whole.

        Raises PreconditionFailed for the journal of another engine.
        """
        board = None if self.founding is None else self.founding.board
        try:
            with open_journal(self.open_reader) as journal:
                if self.engine is None:
                    journal.require_our_engine()
                for offset, published in self._walk(journal, board):
                    self.next_offset, self._tail = offset + 1, tail_of(published)
                    yield published
        except BrokenInvariant as error:
            raise Unproved(f"{error}: run `harmwatch verify`") from error
        finally:
            self.close()

    def _walk(self, journal: Journal, board: str | None) -> Iterator[tuple[int, JournalEntry]]:
        return journal.walk(board, self.next_offset, self._tail, end=self.end, whole=True)

    def resume(
        self, founding: Founding, policies: Sequence[Policy], engine: Engine, next_offset: int, head: str
    ) -> None:
        """Goes on behind the entry with the hash `head`, after which an engine remembered this."""
        self.founding, self.engine, self.next_offset = founding, engine, next_offset
        self._tail = Tail(engine.entry, head)
        for policy in policies:
            self._follow(policy)
        self.inputs.next_offsets = dict(engine.ledger)

    def repeat(self, entry: JournalEntry) -> ReplayedEntry:
        """The next entry, computed again. Raises Unproved when that cannot be done; then nothing after it can."""
        engine = self.engine
        if engine is None:
            return ReplayedEntry(entry, (self._found(entry),))
        if entry.kind is EntryKind.RUN:
            run, records = self._read_run(entry)
            given = ReplayedEntry(entry, run=run, records=records)
        elif entry.kind is EntryKind.POLICY:
            given = self._read_known(entry)
        else:
            given = ReplayedEntry(entry)
        again = repeat_entry(engine, entry, given.run, partial(self._activate, engine, given))
        return replace(given, entries=(again,))

    def repeat_until(self, entry: JournalEntry, instant: int) -> ReplayedEntry:
        """What of an entry that goes beyond `instant` had happened by then; nothing can be repeated after it."""
        engine = self.engine
        if engine is None:
            return ReplayedEntry(entry, (self._found(entry),))
        given = ReplayedEntry(entry)
        if entry.run is not None and entry.clock == ClockMode.EVENT:
            run, records = self._read_run(entry)
            run = begun_until(run, instant)
            given = ReplayedEntry(entry, (whole(engine.apply(run)),), run, records)
        ticked = engine.tick(instant)
        return given if ticked is None else replace(given, entries=(*given.entries, ticked))

    def repeat_to(self, entry: JournalEntry, sequence: int) -> ReplayedEntry:
        """An entry up to its transition with `sequence`, and no later change; nothing can be repeated after it."""
        engine = self.engine
        if engine is None:
            raise Unproved("the journal does not begin with a policy entry")
        if entry.kind is EntryKind.POLICY:
            replayed = self.repeat(entry)
            return replace(replayed, stopped_behind=find(replayed.entry, sequence) or _missing(sequence))
        given, as_of = ReplayedEntry(entry), parse_instant(entry.as_of)
        if entry.run is not None:
            whole_run, records = self._read_run(entry)
            given = ReplayedEntry(entry, run=whole_run, records=records)
            wall = as_of if entry.clock == ClockMode.WALL else None
            for run, found in run_to(engine, whole_run, wall, sequence):
                given = replace(given, run=run)
                if found is not None:
                    return replace(given, stopped_behind=found)
        return replace(given, stopped_behind=tick_to(engine, as_of, sequence) or _missing(sequence))

    def close(self) -> None:
        """Ends the readers of the inputs, and the process that works ahead."""
        self.inputs.close()
        if self.ahead is not None:
            self.ahead.close()

    def _found(self, entry: JournalEntry) -> Entry:
        founding = self.founding = read_founding(entry)
        self._follow(founding.policy)
        self.engine = Engine(
            founding.policy.band_size,
            founding.policy.exit_rank,
            founding.clock,
            alerts_after=founding.alerts_after,
            ends=founding.ends,
        )
        return self.engine.found(founding.body)

    def _read_run(self, entry: JournalEntry) -> tuple[Run, Sequence[Record]]:
        span = entry.run
        if span is None or self._assess is None:
            raise Unproved("it is a run without records")
        assessed = self.ahead.take(span) if self.ahead else None
        if assessed is not None:
            self.inputs.skip(span)
            return self._digested(span, assessed).run, assessed.refused
        records, digest, content = self.inputs.read(span), UNDIGESTED, b""
        if self.digests:
            content = run_content(span.partition, records)
            digest = hashlib.sha256(content).hexdigest()
        run = assess_run(span.partition, span.start, span.end, records, self._assess, digest)
        return self._digested(span, AssessedRun(run, len(records), content, records)).run, records

    def _digested(self, span: RunOut, assessed: AssessedRun) -> AssessedRun:
        self.records += assessed.count
        if self.digests:
            self.inputs.digest(span, assessed.count, assessed.content)
        return assessed

    def _read_known(self, entry: JournalEntry) -> ReplayedEntry:
        """Everything known is read once more and assessed under the entry's policy."""
        policy = read_policy(entry)
        try:
            in_force = read_in_force(self.open_reader, entry.entry - 1)
        except BrokenInvariant as error:
            raise Unproved(str(error)) from error
        if faults := in_force.faults(policy):
            raise Unproved(f"its policy cannot assess what the board knew: {next(iter(faults))}")
        return ReplayedEntry(entry, known=list(in_force.contributions(policy)))

    def _follow(self, policy: Policy) -> None:
        self.policies.append(policy)
        self._assess = Assessor(policy)

    def _activate(self, engine: Engine, given: ReplayedEntry) -> Entry:
        policy = read_policy(given.published)
        try:
            again = engine.activate(policy.band_size, policy.exit_rank, given.known, policy.entry_body())
        except BrokenInvariant as error:
            raise Unproved(str(error)) from error
        self._follow(policy)
        return again


def _missing(sequence: int) -> NoReturn:
    raise Unproved(f"transition {sequence} does not come out of it: run `harmwatch verify`")

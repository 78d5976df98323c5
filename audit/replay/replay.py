"""Replay: everything is computed again from offences.v1 in the order of journal.v1, without Redis.

The reference engine does the work; it shares no code with the Lua that ran live.
"""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import NoReturn

from audit.replay.founding import Founding, read_founding, read_policy
from audit.replay.inputs import Inputs
from audit.replay.repetition import repeat_entry, whole
from audit.replay.run_prefetcher import RunPrefetcher
from broker.engine_number import look_at_engine
from broker.entries import BEGINNING, Chain, Tail
from broker.reader import OpenReader
from models.clock import ClockMode
from models.contribution import Contribution, Run
from models.errors import BrokenInvariant, Unproved
from models.instants import parse_instant
from models.journal.entry import JournalEntry
from models.journal.transition import Entry, EntryKind, Transition
from models.policy import Policy
from models.record import Record
from models.topics import JOURNAL
from runtime.in_force import read_in_force
from scoring.assess import Assessor
from scoring.engine import Engine
from scoring.run import assess_run


@dataclass(slots=True)
class Replay:
    """The recomputation of one journal. `run_in_hand` and `records_in_hand` are those of the newest entry.

    With `ahead` another process reads and assesses; then of the records only the refused ones are in hand.
    `policies` were in force one after the other. Of an entry that put another one in force, `known_in_hand` is all that
    is known, assessed under it. `next_offset` is that of the next record of the journal.
    """

    open_reader: OpenReader
    ahead: RunPrefetcher | None = None
    records: int = 0
    founding: Founding | None = None
    policies: list[Policy] = field(default_factory=list)
    engine: Engine | None = None
    run_in_hand: Run | None = None
    records_in_hand: Sequence[Record] = ()
    inputs: Inputs = field(init=False)
    known_in_hand: Sequence[Contribution] = ()
    next_offset: int = 0
    _tail: Tail = BEGINNING
    _assess: Assessor | None = None

    def __post_init__(self) -> None:
        self.inputs = Inputs(self.open_reader)

    @property
    def policy(self) -> Policy | None:
        """The policy in force after the newest entry."""
        return self.policies[-1] if self.policies else None

    def run(self) -> Iterator[tuple[JournalEntry, Entry]]:
        """Every published entry with the recomputed one, not compared. Raises Unproved at one that cannot be."""
        for published in self.published():
            try:
                recomputed = self.repeat(published)
            except Unproved as error:
                raise Unproved(f"journal.v1 entry {published.entry}: {error}") from error
            yield published, recomputed

    def published(self) -> Generator[JournalEntry, None, None]:
        """The entries of the journal; whoever takes them repeats each. Raises Unproved where it is not whole.

        Raises PreconditionFailed for the journal of another engine.
        """
        journal = self.open_reader(JOURNAL, 0)
        founding = self.founding
        chain = Chain(None if founding is None else founding.board, self._tail)
        try:
            if self.engine is None:
                look_at_engine(journal)
            journal.seek(self.next_offset)
            for record in journal.read_until(journal.end()):
                published = chain.take(record)
                if published is not None:
                    self.next_offset, self._tail = record.offset + 1, chain.tail
                    yield published
            chain.require_one()
            chain.require_whole()
        except BrokenInvariant as error:
            raise Unproved(f"{error}: run `harmwatch verify`") from error
        finally:
            journal.close()
            self.close()

    def resume(
        self, founding: Founding, policies: Sequence[Policy], engine: Engine, next_offset: int, head: str
    ) -> None:
        """Goes on behind the entry with the hash `head`, after which an engine remembered this."""
        self.founding, self.engine, self.next_offset = founding, engine, next_offset
        self._tail = Tail(engine.entry, head)
        for policy in policies:
            self._follow(policy)
        self.inputs.next_offsets = dict(engine.ledger)

    def repeat(self, entry: JournalEntry) -> Entry:
        """The next entry, computed again. Raises Unproved when that cannot be done; then nothing after it can."""
        self._put_down()
        if self.engine is None:
            return self._found(entry)
        activate = partial(self._activate, self.engine, entry)
        return repeat_entry(self.engine, entry, partial(self._read_run, entry), activate)

    def repeat_until(self, entry: JournalEntry, instant: int) -> list[Entry]:
        """What of an entry that goes beyond `instant` had happened by then; nothing can be repeated after it."""
        self._put_down()
        engine = self.engine
        if engine is None:
            return [self._found(entry)]
        done: list[Entry] = []
        if entry.run is not None and entry.clock == ClockMode.EVENT:
            run = self._read_run(entry)
            later = next((item for item in run.contributions if item.recorded_at > instant), None)
            if later is not None:
                begun = tuple(item for item in run.contributions if item.offset < later.offset)
                run = self.run_in_hand = replace(run, end=later.offset, contributions=begun)
            done.append(whole(engine.apply(run)))
        ticked = engine.tick(instant)
        return done if ticked is None else [*done, ticked]

    def repeat_to(self, entry: JournalEntry, sequence: int) -> Transition:
        """The transition with `sequence`, and of its entry no later change; nothing can be repeated after it."""
        self._put_down()
        engine = self.engine
        if engine is None:
            raise Unproved("the journal does not begin with a policy entry")
        if entry.kind is EntryKind.POLICY:
            return _find(self.repeat(entry), sequence) or _missing(sequence)
        as_of = parse_instant(entry.as_of)
        found = None if entry.run is None else self._run_to(engine, entry, as_of, sequence)
        found = found or _tick_to(engine, as_of, sequence)
        return found or _missing(sequence)

    def close(self) -> None:
        """Ends the readers of the inputs, and the process that works ahead."""
        self.inputs.close()
        if self.ahead is not None:
            self.ahead.close()

    def _put_down(self) -> None:
        """What the entry before had in hand is no part of this one."""
        self.run_in_hand, self.records_in_hand, self.known_in_hand = None, (), ()

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

    def _run_to(self, engine: Engine, entry: JournalEntry, as_of: int, sequence: int) -> Transition | None:
        """Record by record, what is due before each step by step."""
        run, wall = self._read_run(entry), entry.clock == ClockMode.WALL
        for number, item in enumerate(run.contributions, 1):
            target = as_of if wall else max(engine.as_of, item.recorded_at)
            if found := _tick_to(engine, target, sequence):
                return found
            start, end = engine.ledger.get(run.partition, 0), item.offset + 1
            self.run_in_hand = replace(run, end=end, contributions=run.contributions[:number])
            one = replace(run, start=start, end=end, contributions=(item,), refusals=())
            if found := _find(whole(engine.apply(one, target if wall else None)), sequence):
                return found
        return None

    def _read_run(self, entry: JournalEntry) -> Run:
        span = entry.run
        if span is None or self._assess is None:
            raise Unproved("it is a run without records")
        assessed = self.ahead.take(span) if self.ahead else None
        if assessed is not None:
            self.inputs.cover(span, assessed.count, assessed.content)
            self.records += assessed.count
            self.records_in_hand, self.run_in_hand = assessed.refused, assessed.run
            return assessed.run
        self.records_in_hand = records = self.inputs.read(span)
        self.records += len(records)
        self.run_in_hand = assess_run(span.partition, span.start, span.end, records, self._assess)
        return self.run_in_hand

    def _follow(self, policy: Policy) -> None:
        self.policies.append(policy)
        self._assess = Assessor(policy)

    def _activate(self, engine: Engine, entry: JournalEntry) -> Entry:
        """Everything known is read once more and assessed under the entry's policy."""
        policy = read_policy(entry)
        try:
            in_force = read_in_force(self.open_reader, entry.entry - 1)
            if faults := in_force.faults(policy):
                raise Unproved(f"its policy cannot assess what the board knew: {next(iter(faults))}")
            self.known_in_hand = list(in_force.contributions(policy))
            again = engine.activate(policy.band_size, policy.exit_rank, self.known_in_hand, policy.entry_body())
        except BrokenInvariant as error:
            raise Unproved(str(error)) from error
        self._follow(policy)
        return again


def _tick_to(engine: Engine, target: int, sequence: int) -> Transition | None:
    """Works off what is due up to `target`, one change at a time, until the transition has come."""
    while (entry := engine.tick(target, limit=1)) is not None:
        if found := _find(entry, sequence):
            return found
    return None


def _find(entry: Entry, sequence: int) -> Transition | None:
    return next((change for change in entry.transitions if change.sequence == sequence), None)


def _missing(sequence: int) -> NoReturn:
    raise Unproved(f"transition {sequence} does not come out of it: run `harmwatch verify`")

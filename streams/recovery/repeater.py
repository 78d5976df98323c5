"""A journal repeated on the store: what that needs is read from offences.v1, as the entries say."""

from collections.abc import Sequence
from functools import partial

from broker.entries import AnyEntry
from models.canonical import canonical_json
from models.clock import ClockMode
from models.contribution import Run
from models.errors import BrokenInvariant
from models.instants import parse_instant
from models.journal.transition import EntryKind
from models.policy import Policy
from runtime.in_force import InForce, policy_of, read_in_force
from runtime.installation import Installation
from scoring.assess import Assessor
from scoring.run import assess_run
from state.packing import Past
from state.store import Answer, Call, Store
from streams.recovery.inputs import Inputs
from streams.recovery.last_runs import other_records
from streams.recovery.reassessment import reassess
from streams.recovery.repetition import repeat_entry


class EntryRepeater:
    """Repeats entries in order under the claimed `generation`. `policy` is in force after the newest of them."""

    def __init__(self, installation: Installation, store: Store, generation: str) -> None:
        self.policy = installation.policy
        self.inputs = Inputs(installation)
        self._store = store
        self._generation = generation
        self._in_force: InForce | None = None
        self._assess = Assessor(installation.policy)

    def close(self) -> None:
        """Ends the readers, and forgets the reports."""
        self.inputs.close()
        self._in_force = None

    def repeat(self, entry: AnyEntry) -> Answer:
        """The store's answer to the last call. Raises BrokenInvariant where the records are not those of the entry."""
        if entry.entry == 1:
            return self._refound(entry)
        read_run, activate = partial(self._read_run, entry), partial(self._reactivate, entry)
        return repeat_entry(self._store, self._generation, entry, read_run, activate)

    def call(self, entries: Sequence[AnyEntry]) -> Call:
        """What repeats ticks and heartbeats and at last maybe a run, for `Store.send`.

        Raises BrokenInvariant in the same way.
        """
        newest, before = entries[-1], entries[0].entry - 1
        history, as_of = [_past(entry) for entry in entries[:-1]], parse_instant(newest.as_of)
        if newest.kind is EntryKind.RUN:
            now = as_of if newest.clock == ClockMode.WALL else None
            return self._store.run_again(self._read_run(newest), self._generation, before, now, history)
        if all(entry.kind is EntryKind.HEARTBEAT for entry in entries):
            return self._store.beat_again(self._generation, before, [*(instant for instant, _ in history), as_of])
        beat = 0 if newest.kind is EntryKind.HEARTBEAT else None
        return self._store.tick_again(self._generation, before, as_of, newest.drained, beat, history)

    def _refound(self, entry: AnyEntry) -> Answer:
        founding = entry.body
        if not isinstance(founding, dict):
            raise BrokenInvariant("the journal's first entry holds no founding document")
        policy = self._follow(entry)
        self._store.bind(policy.digest)
        ends = founding["ends"]
        awaited = {int(key): int(str(end)) for key, end in ends.items()} if isinstance(ends, dict) else None
        as_of, document = parse_instant(entry.as_of), canonical_json(founding).decode()
        return self._store.found(self._generation, policy.band_size, policy.exit_rank, as_of, document, awaited)

    def _reactivate(self, entry: AnyEntry) -> Answer:
        policy = self._follow(entry)
        if self._in_force is None:  # the first activation; from here on every run that is repeated tells of itself
            self._in_force = read_in_force(self.inputs.open, entry.entry - 1)
        return reassess(self._store, self._generation, policy, self._in_force)

    def _follow(self, entry: AnyEntry) -> Policy:
        """From this entry on its policy is in force."""
        self.policy = policy_of(entry)
        self._assess = Assessor(self.policy)
        return self.policy

    def _read_run(self, entry: AnyEntry) -> Run:
        span = entry.run
        if span is None:
            raise BrokenInvariant(f"entry {entry.entry} is a run without records")
        records = self.inputs.read(entry.entry, span)
        run = assess_run(span.partition, span.start, span.end, records, self._assess)
        if run.digest != span.sha256:
            raise BrokenInvariant(other_records(entry.entry, span))
        if self._in_force is not None:
            self._in_force.take(records, {refusal.offset for refusal in entry.refusals})
        return run


def _past(entry: AnyEntry) -> Past:
    return parse_instant(entry.as_of), None if entry.kind is EntryKind.HEARTBEAT else entry.drained

"""A journal repeated on the store: what that needs is read from offences.v1, as the entries say."""

from functools import partial

from models.canonical import canonical_json
from models.contribution import Run
from models.errors import BrokenInvariant
from models.instants import parse_instant
from models.journal import JournalEntry, RunOut
from models.policy import Policy
from models.topics import OFFENCES
from runtime.in_force import policy_of, read_in_force
from runtime.installation import Installation
from runtime.kafka import PartitionReader
from scoring.assess import Assessor
from scoring.run import assess_run
from state.store import Answer, Store
from streams.last_runs import cut_short, other_records
from streams.repetition import repeat_entry
from streams.restatement import restate


class Repeating:
    """Repeats entries in order under the claimed `generation`. `policy` is in force after the newest of them."""

    def __init__(self, installation: Installation, store: Store, generation: str) -> None:
        self.policy = installation.policy
        self._installation = installation
        self._store = store
        self._generation = generation
        self._inputs: dict[int, PartitionReader] = {}
        self._input_ends: dict[int, int] = {}
        self._assess = Assessor(installation.policy)

    def close(self) -> None:
        """Ends the readers."""
        for reader in self._inputs.values():
            reader.close()

    def repeat(self, entry: JournalEntry) -> Answer:
        """The store's answer to the last call. Raises BrokenInvariant where the records are not those of the entry."""
        if entry.entry == 1:
            return self._refound(entry)
        read_run, activate = partial(self._read_run, entry), partial(self._reactivate, entry)
        return repeat_entry(self._store, self._generation, entry, read_run, activate)

    def _refound(self, entry: JournalEntry) -> Answer:
        founding = entry.body
        if not isinstance(founding, dict):
            raise BrokenInvariant("the journal's first entry holds no founding document")
        policy = self._follow(entry)
        self._store.bind(policy.digest)
        ends = founding["ends"]
        awaited = {int(key): int(str(end)) for key, end in ends.items()} if isinstance(ends, dict) else None
        as_of, document = parse_instant(entry.as_of), canonical_json(founding).decode()
        return self._store.found(self._generation, policy.band_size, policy.exit_rank, as_of, document, awaited)

    def _reactivate(self, entry: JournalEntry) -> Answer:
        policy = self._follow(entry)
        in_force = read_in_force(self._installation.reader, entry.entry - 1, policy)
        return restate(self._store, self._generation, policy, in_force)

    def _follow(self, entry: JournalEntry) -> Policy:
        """From this entry on its policy is in force."""
        self.policy = policy_of(entry)
        self._assess = Assessor(self.policy)
        return self.policy

    def _read_run(self, entry: JournalEntry) -> Run:
        span = entry.run
        if span is None:
            raise BrokenInvariant(f"entry {entry.entry} is a run without records")
        records = list(self._input(entry.entry, span).read_until(span.end))
        run = assess_run(span.partition, span.start, span.end, records, self._assess)
        if run.digest != span.sha256:
            raise BrokenInvariant(other_records(entry.entry, span))
        return run

    def _input(self, number: int, span: RunOut) -> PartitionReader:
        """The reader of a run's records, which are all there. Raises BrokenInvariant."""
        reader = self._inputs.get(span.partition)
        if reader is None:
            if not 0 <= span.partition < self._installation.place.partitions:
                raise BrokenInvariant(cut_short(number, span, 0))
            reader = self._inputs[span.partition] = self._installation.reader(OFFENCES, span.partition)
            reader.seek(span.start)
        if self._input_ends.get(span.partition, 0) < span.end:
            self._input_ends[span.partition] = reader.end()
        if self._input_ends[span.partition] < span.end:
            raise BrokenInvariant(cut_short(number, span, self._input_ends[span.partition]))
        return reader

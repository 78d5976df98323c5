"""Replay: everything is computed again from offences.v1 in the order of journal.v1, without Redis.

The reference engine does the work; it shares no code with the Lua that ran live.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from models.clock import ClockMode
from models.errors import BrokenInvariant
from models.instants import parse_instant
from models.journal import FIRST_PREVIOUS_HASH, JournalEntry, chain, hash_of
from models.policy import Policy
from models.topics import JOURNAL, OFFENCES, Topic
from models.transition import Entry, EntryKind
from runtime.kafka import PartitionReader
from runtime.tail import read_journal_entry
from scoring.assess import Assessor
from scoring.engine import Engine
from scoring.run import assess_run

OpenReader = Callable[[Topic, int], PartitionReader]


@dataclass(slots=True)
class Replay:
    """The recomputation of one journal; `faults` says in words what did not come out the same."""

    open_reader: OpenReader
    faults: list[str] = field(default_factory=list)
    entries: int = 0
    records: int = 0
    policy: Policy | None = None
    engine: Engine | None = None
    head: str = FIRST_PREVIOUS_HASH
    _inputs: dict[int, PartitionReader] = field(default_factory=dict)
    _assess: Assessor | None = None

    def run(self) -> Iterator[tuple[JournalEntry, Entry]]:
        """Every published entry with the recomputed one; stops at the first that cannot be recomputed."""
        journal = self.open_reader(JOURNAL, 0)
        try:
            for record in journal.read_until(journal.end()):
                published = read_journal_entry(record.value)
                recomputed = self._repeat(published)
                if recomputed is None:
                    return
                self._compare(published, recomputed)
                yield published, recomputed
        finally:
            for reader in (journal, *self._inputs.values()):
                reader.close()

    def _compare(self, published: JournalEntry, recomputed: Entry) -> None:
        where = f"journal entry {published.entry}"
        if published.previous_hash != self.head:
            self.faults.append(f"{where} does not continue the chain")
        if hash_of(published) != published.hash:
            self.faults.append(f"{where} was altered: its hash is not that of its content")
        digest = self.policy.digest if self.policy else ""
        ours = chain(recomputed, published.board, published.clock, digest, published.previous_hash)
        for name in JournalEntry.model_fields:
            if name != "hash" and getattr(ours, name) != getattr(published, name):
                self.faults.append(
                    f"{where}: {name} was published as {getattr(published, name)}, recomputed as {getattr(ours, name)}"
                )
        self.head, self.entries = published.hash, self.entries + 1

    def _repeat(self, entry: JournalEntry) -> Entry | None:
        if self.engine is None:
            return self._found(entry)
        as_of = parse_instant(entry.as_of)
        match entry.kind:
            case EntryKind.RUN:
                return self._repeat_run(self.engine, entry, as_of)
            case EntryKind.TICK:
                return self._ticked(entry, self.engine.tick(as_of))
            case EntryKind.HEARTBEAT:
                return self._ticked(entry, self.engine.tick(as_of, heartbeat_us=0))
            case EntryKind.RECOVERY:
                return self._recovered(self.engine, entry, as_of)
            case EntryKind.POLICY:
                self.faults.append(f"journal entry {entry.entry} founds the board a second time")
                return None

    def _found(self, entry: JournalEntry) -> Entry | None:
        founding = entry.body
        if entry.kind is not EntryKind.POLICY or not isinstance(founding, dict):
            self.faults.append("the journal does not begin with a policy entry")
            return None
        policy = founding["policy"]
        if not isinstance(policy, dict):
            self.faults.append("the journal's first entry holds no policy")
            return None
        self.policy = Policy.from_document(policy)
        if self.policy.digest != entry.policy_digest:
            self.faults.append("the journal's first entry holds another policy than its digest says")
        self._assess = Assessor(self.policy)
        after, ends = founding["alerts_after"], founding["ends"]
        self.engine = Engine(
            self.policy.band_size,
            self.policy.exit_rank,
            ClockMode(entry.clock),
            alerts_after=parse_instant(after) if after else None,
            ends={int(key): int(str(end)) for key, end in ends.items()} if isinstance(ends, dict) else {},
        )
        return self.engine.found(json.dumps(founding))

    def _repeat_run(self, engine: Engine, entry: JournalEntry, as_of: int) -> Entry | None:
        span = entry.run
        if span is None or self._assess is None:
            raise BrokenInvariant(f"entry {entry.entry} is a run without records")
        if span.partition not in self._inputs:
            self._inputs[span.partition] = self.open_reader(OFFENCES, span.partition)
        records = list(self._inputs[span.partition].read_until(span.end))
        self.records += len(records)
        run = assess_run(span.partition, span.start, span.end, records, self._assess)
        answer = engine.apply(run, as_of if entry.clock == ClockMode.WALL else None)
        if not isinstance(answer, Entry):
            self.faults.append(f"journal entry {entry.entry}: the reference engine answers {answer}")
            return None
        return answer

    def _recovered(self, engine: Engine, entry: JournalEntry, as_of: int) -> Entry:
        """Since the entry before it time has passed in ticks that changed nothing else."""
        if engine.tick(as_of) is not None:
            self.faults.append(f"journal entry {entry.entry}: something changed before the recovery at {entry.as_of}")
        return engine.recover(json.dumps(entry.body))

    def _ticked(self, entry: JournalEntry, answer: Entry | None) -> Entry | None:
        if answer is None:
            self.faults.append(f"journal entry {entry.entry}: nothing changed at {entry.as_of}")
        return answer

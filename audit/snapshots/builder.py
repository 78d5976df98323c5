"""Writes the snapshots of a journal, from the newest one on."""

from collections.abc import Iterator
from contextlib import closing

from audit.replay.replay import Replay, Replayed
from audit.snapshots.file import SnapshotFile
from audit.snapshots.row import ToldRow, told_row
from audit.snapshots.snapshot import Snapshot
from models.journal.entry import JournalEntry
from models.journal.transition import EntryKind

EVERY = 10_000
"""So much work lies between two snapshots, entries, records and step ends together: half a second of it."""

FIRST = 50_000
"""So many in rank order, and so many step ends, a snapshot holds. Where there are more, a whole one is as rare as
there are many, so that all of them together grow with history alone.
"""


class SnapshotBuilder:
    """Replays a journal from the newest snapshot on, and writes one after every so much work.

    None is written behind the last: what is left takes no time.
    """

    def __init__(self, file: SnapshotFile, replay: Replay, every: int = EVERY, first: int = FIRST) -> None:
        self.replay = replay
        self._file = file
        self._every = every
        self._first = first
        self._told: list[ToldRow] = []
        self._work = 0
        self._since_whole = 0
        self.built = 0

    def run(self) -> Iterator[int]:
        """Yields the number of each entry. Raises Unproved, Unavailable, Damaged."""
        with closing(self.replay.published()) as published:
            for entry in published:
                self._take(self.replay.repeat(entry))
                yield entry.entry

    def _take(self, replayed: Replayed) -> None:
        entry, run, policy_number = replayed.published, replayed.run, len(self.replay.policies)
        items = replayed.known or (run.contributions if run else ())
        self._told += [told_row(item, policy_number, entry.entry, place) for place, item in enumerate(items)]
        self._work += 1 + len(items) + entry.drained
        # After another policy came into force no earlier report is used again.
        if self._told and (self._work >= self._every or entry.kind is EntryKind.POLICY):
            self._write(entry)

    def _write(self, entry: JournalEntry) -> None:
        replay, work = self.replay, self._since_whole + self._work
        engine = replay.engine
        memory = None if engine is None else engine.memory(None if work >= engine.ranked else self._first)
        if memory is None:
            return
        self._since_whole = 0 if memory.whole else work
        policies = [policy.document() for policy in replay.policies]
        self._file.add(Snapshot(entry.hash, replay.next_offset, policies, memory), self._told)
        self._told, self._work = [], 0
        self.built += 1

"""Snapshots save the audit's way from the first entry; nothing is proved by them, and `verify` never reads them."""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from functools import cache
from heapq import nsmallest
from pathlib import Path

from audit.replay.founding import read_founding
from audit.replay.replay import Replay
from audit.snapshots.builder import EVERY, FIRST, SnapshotBuilder
from audit.snapshots.file import SnapshotFile
from audit.snapshots.own_code import digest_of_code
from audit.snapshots.past_board import LaterChanges, PastBoard
from audit.snapshots.row import person_of
from audit.snapshots.snapshot import Interval, Snapshot
from audit.snapshots.tail import journal_end, since_last
from broker.engine_number import look_at_engine
from broker.entries import Tail, entries_in, sound_entry
from broker.reader import OpenReader, Reader
from broker.tail import first_entry
from models.errors import Damaged
from models.journal.entry import JournalEntry
from models.journal.transition import BandEntry
from models.topics import JOURNAL
from scoring.person import Person
from scoring.resumed_engine import ResumedEngine


class Snapshots:
    """The snapshots of one journal in a folder.

    The file's name tells the first entry, which names cluster, topic, board, clock and policy, and the code that
    wrote it; each snapshot tells the hash of its entry. So those of another history are never used. Raises
    PreconditionFailed for the journal of another engine.
    """

    def __init__(self, open_reader: OpenReader, folder: Path) -> None:
        self._open_reader = open_reader
        with closing(open_reader(JOURNAL, 0)) as journal:
            look_at_engine(journal)
            first = first_entry(journal)
        self.first = first
        name = "" if first is None else f"{first.hash[:32]}-{_code_digest()[:16]}.sqlite"
        self.path = folder / name

    @contextmanager
    def board_at(self, at: int) -> Iterator[PastBoard | None]:
        """The board as known at an instant (microseconds); None where the snapshots do not tell of it.

        Whatever is asked of it inside may raise Damaged.
        """
        if self.first is None or not self.path.is_file():
            yield None
            return
        with SnapshotFile(self.path) as file:
            yield self._board_at(file, self.first, at)

    def _board_at(self, file: SnapshotFile, first: JournalEntry, at: int) -> PastBoard | None:
        snapshot = file.newest(at)
        if snapshot is None:
            return None
        interval = file.behind(snapshot)
        self._require_chain(interval or snapshot)
        if interval is None:
            since = since_last(self._open_reader, first, file, snapshot, at)
        else:
            since = _since(snapshot, interval, at)
        return None if since is None else PastBoard(file, snapshot, since, at)

    def builder(self, file: SnapshotFile, every: int = EVERY, first: int = FIRST) -> SnapshotBuilder:
        """What goes on behind the newest snapshot; the file stays open as long as it is used. Raises Damaged."""
        end, newest = journal_end(self._open_reader), file.newest(None)
        replay = Replay(self._open_reader, end=end, digests=False)
        if newest is not None and self.first is not None:
            self._require_chain(newest)
            persons = _everybody(file, newest) if self._goes_on(self.first.board, newest, end) else {}
            engine = ResumedEngine(newest.state, persons)
            replay.resume(read_founding(self.first), newest.policies_then(), engine, newest.next_offset, newest.hash)
        return SnapshotBuilder(file, replay, newest, every, first)

    def remove(self) -> None:
        """Deletes the file, if it is there."""
        with suppress(OSError):
            self.path.unlink(missing_ok=True)

    def remove_outdated(self) -> None:
        """Deletes what other code wrote for the same journal."""
        if self.first is None:
            return
        for path in self.path.parent.glob(f"{self.first.hash[:32]}-*.sqlite"):
            if path != self.path:
                path.unlink(missing_ok=True)

    def _goes_on(self, board: str, newest: Snapshot, end: int) -> bool:
        """Whether entries follow before an offset."""
        with closing(self._open_reader(JOURNAL, 0)) as journal:
            journal.seek(newest.next_offset)
            return next(entries_in(journal.read_until(end), board, Tail(newest.entry, newest.hash)), None) is not None

    def _require_chain(self, kept: Snapshot | Interval) -> None:
        with closing(self._open_reader(JOURNAL, 0)) as journal:
            found = _entry_at(journal, kept.next_offset - 1)
        if found is None or (found.entry, found.hash) != (kept.entry, kept.hash):
            raise Damaged(f"{self.path}: the journal has another entry {kept.entry} now")


def _since(snapshot: Snapshot, interval: Interval, at: int) -> LaterChanges:
    """What is noted until an instant before the interval's end. Raises Damaged where it is not before it."""
    if interval.as_of <= at:
        raise Damaged("a snapshot is not the one that its row names")
    members = dict(snapshot.state.members)
    for move in interval.moves:
        if move.as_of > at:
            break
        if move.entered:
            members[move.offender_id] = BandEntry(move.sequence, move.as_of)
        else:
            del members[move.offender_id]
    contributions = Counter(offender_id for known_from, offender_id in interval.tellings if known_from <= at)
    return LaterChanges(interval.entry, contributions, members, {})


def _everybody(file: SnapshotFile, newest: Snapshot) -> dict[str, Person]:
    """Raises Damaged where they do not stand as the snapshot says."""
    persons, count = {}, 0
    for _, contributions in file.everybody(len(newest.policies), newest.entry):
        count += len(contributions)
        person = person_of(contributions, newest.state.as_of)
        if person is not None:
            persons[person.offender_id] = person
    keys = (person.standing_key for person in persons.values() if person.standing_key is not None)
    if count != newest.contributions or nsmallest(len(newest.order), keys) != list(newest.order):
        raise Damaged(f"{file.path}: people do not stand where the newest snapshot says")
    return persons


def _entry_at(journal: Reader, offset: int) -> JournalEntry | None:
    """The entry in the record at an offset; None where there is no record, or one that is none."""
    end = journal.end()
    if offset >= end:
        return None
    journal.seek(offset)
    record = next(journal.read_until(end), None)
    return None if record is None else sound_entry(record.value)


@cache
def _code_digest() -> str:
    """Of the code on which it depends what a snapshot holds, and what is made of it."""
    return digest_of_code("audit.snapshots.builder", __name__)

"""Snapshots save the audit's way from the first entry; nothing is proved by them, and `verify` never reads them."""

from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from functools import cache
from pathlib import Path

from audit.history.history_replay import HistoryReplay
from audit.replay.founding import read_founding
from audit.snapshots.file import SnapshotFile
from audit.snapshots.own_code import digest_of_code
from audit.snapshots.snapshot import Snapshot
from broker.engine_number import look_at_engine
from broker.entries import sound_entry
from broker.reader import OpenReader, Reader
from broker.tail import first_entry
from models.errors import Damaged
from models.journal.entry import JournalEntry
from models.topics import JOURNAL
from scoring.engine import Engine


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
    def past_at(self, at: int, first: int | None = None) -> Iterator[HistoryReplay]:
        """A past that stands at the newest snapshot up to an instant (microseconds), or at the beginning.

        Where only the `first` ranks are asked for, a snapshot may do that holds no more: see its engine's `holds`.
        Whatever is asked of it inside may raise Damaged.
        """
        if not self.path.is_file():
            yield HistoryReplay(self._open_reader)
            return
        with SnapshotFile(self.path) as file:
            yield self.resumed(file, at, whole=first is None)

    def resumed(self, file: SnapshotFile, at: int | None, *, whole: bool = True) -> HistoryReplay:
        """The same, with None for the newest snapshot of all; the file stays open as long as the past is used."""
        past, snapshot = HistoryReplay(self._open_reader), file.newest(at, whole=whole)
        if snapshot is not None and self.first is not None:
            self._require_chain(snapshot)
            engine = Engine.resume(snapshot.memory, file.persons(snapshot))
            past.resume(
                read_founding(self.first), snapshot.policies_then(), engine, snapshot.next_offset, snapshot.hash
            )
        return past

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

    def _require_chain(self, snapshot: Snapshot) -> None:
        with closing(self._open_reader(JOURNAL, 0)) as journal:
            found = _entry_at(journal, snapshot.next_offset - 1)
        if found is None or (found.entry, found.hash) != (snapshot.entry, snapshot.hash):
            raise Damaged(f"{self.path}: the journal has another entry {snapshot.entry} now")


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

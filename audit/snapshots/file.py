"""The file that holds the snapshots of one installation: SQLite, so that one person is found without reading the rest.

What grows with history, the contributions, stands there once for all snapshots; a person is read when a question
needs them.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from itertools import groupby
from pathlib import Path
from typing import Self

from audit.snapshots.row import KnownContribution, StoredRow, contribution_of
from audit.snapshots.snapshot import Interval, Snapshot, pack, unpack
from models.errors import Damaged, PreconditionFailed

_TABLES = """
CREATE TABLE IF NOT EXISTS snapshots (entry INTEGER PRIMARY KEY, as_of INTEGER NOT NULL, since BLOB NOT NULL,
    content BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS told (policy INTEGER, offender BLOB, entry INTEGER, place INTEGER, content BLOB NOT NULL,
    PRIMARY KEY (policy, offender, entry, place)) WITHOUT ROWID;
"""
_UNTIL = "SELECT offender, entry, content FROM told WHERE policy = ? AND entry <= ?"
_CACHE_KIBIBYTES = 262_144
_PATIENCE_SECONDS = 60
_PRIMARY_CODE = 0xFF
_ENVIRONMENT_ERRORS = {
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
}  # fmt: skip
"""No fault of the file's: a full disk, a folder that is not ours, another process at work."""


class SnapshotFile:
    """One file.

    All methods raise Damaged where it is not as it was written, PreconditionFailed if the place is at fault.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with self._guarded(), ExitStack() as opened:
            self._rows = opened.enter_context(closing(sqlite3.connect(path, timeout=_PATIENCE_SECONDS)))
            self._rows.execute(f"PRAGMA cache_size = -{_CACHE_KIBIBYTES}")
            self._rows.executescript(_TABLES)
            opened.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._rows.close()

    def newest(self, at: int | None) -> Snapshot | None:
        """The last snapshot with an as_of up to `at` (microseconds), None: of all; None where there is none."""
        with self._guarded():
            found = self._rows.execute(
                "SELECT entry, as_of, content FROM snapshots WHERE (?1 IS NULL OR as_of <= ?1)"
                " ORDER BY entry DESC LIMIT 1",
                (at,),
            ).fetchone()
            if found is None:
                return None
            snapshot = unpack(found[2], Snapshot)
            if (snapshot.entry, snapshot.state.as_of) != found[:2]:
                raise Damaged("a snapshot is not the one that its row names")
            return snapshot

    def behind(self, snapshot: Snapshot) -> Interval | None:
        """What happened between a snapshot and the next one; None behind the last."""
        with self._guarded():
            found = self._rows.execute(
                "SELECT since FROM snapshots WHERE entry > ? ORDER BY entry LIMIT 1", (snapshot.entry,)
            ).fetchone()
            interval = None if found is None else unpack(found[0], Interval)
            if interval is not None and interval.behind != snapshot.entry:
                raise Damaged("a snapshot is missing")
            return interval

    def count(self) -> int:
        """How many snapshots there are."""
        with self._guarded():
            return int(self._rows.execute("SELECT count(*) FROM snapshots").fetchone()[0])

    def add(self, snapshot: Snapshot, since: Interval, rows: Sequence[StoredRow]) -> None:
        """A snapshot and the contributions since the one before it: both, or nothing."""
        with self._guarded(), self._rows:
            self._rows.executemany("INSERT OR REPLACE INTO told VALUES (?, ?, ?, ?, ?)", sorted(rows))
            row = snapshot.entry, snapshot.state.as_of, pack(since), pack(snapshot)
            self._rows.execute("INSERT OR REPLACE INTO snapshots VALUES (?, ?, ?, ?)", row)

    def contributions_of(self, offender_id: bytes, policy: int, entry: int) -> list[KnownContribution]:
        """The contributions of one person under a policy up to an entry, in order."""
        with self._guarded():
            found = self._rows.execute(f"{_UNTIL} AND offender = ? ORDER BY entry, place", (policy, entry, offender_id))
            return [contribution_of(*row) for row in found]

    def everybody(self, policy: int, entry: int) -> Iterator[tuple[bytes, list[KnownContribution]]]:
        """The same of each person."""
        with self._guarded():
            found = self._rows.execute(f"{_UNTIL} ORDER BY offender, entry, place", (policy, entry))
            for offender_id, rows in groupby(found, key=lambda row: bytes(row[0])):
                yield offender_id, [contribution_of(*row) for row in rows]

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, Damaged) as error:
            if getattr(error, "sqlite_errorcode", 0) & _PRIMARY_CODE in _ENVIRONMENT_ERRORS:
                raise PreconditionFailed(f"{self.path}: {error}") from error
            raise Damaged(f"{self.path}: {error}") from error

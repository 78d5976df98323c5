"""The file that holds the snapshots of one installation: SQLite, so that one person is found without reading the rest.

A snapshot holds the first of the ranking; now and then one holds all of it. What grows with history, the offences,
stands there once for all snapshots; a person is read when asked for.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Self

from audit.snapshots.row import ToldRow, person_of
from audit.snapshots.snapshot import Snapshot, pack, unpack
from models.errors import Damaged, PreconditionFailed
from scoring.engine_state import LazyPersons
from scoring.person import ID_AT, Person

_TABLES = """
CREATE TABLE IF NOT EXISTS snapshots (entry INTEGER PRIMARY KEY, as_of INTEGER NOT NULL, whole INTEGER NOT NULL,
    content BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS told (policy INTEGER, offender BLOB, entry INTEGER, place INTEGER, content BLOB NOT NULL,
    PRIMARY KEY (policy, offender, entry, place)) WITHOUT ROWID;
"""
_UNTIL = "FROM told WHERE policy = ? AND entry <= ?"
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

    def newest(self, at: int | None, *, whole: bool = True) -> Snapshot | None:
        """The last snapshot with an as_of up to `at` (microseconds), None: of all; None where there is none.

        `whole` False: one of the first in rank order serves as well.
        """
        with self._guarded():
            found = self._rows.execute(
                "SELECT content FROM snapshots WHERE (?1 IS NULL OR as_of <= ?1) AND whole >= ?2"
                " ORDER BY entry DESC LIMIT 1",
                (at, whole),
            ).fetchone()
            return None if found is None else unpack(found[0])

    def count(self) -> int:
        """How many snapshots there are."""
        with self._guarded():
            return int(self._rows.execute("SELECT count(*) FROM snapshots").fetchone()[0])

    def add(self, snapshot: Snapshot, told: Sequence[ToldRow]) -> None:
        """A snapshot and the reports since the one before it: both, or nothing."""
        with self._guarded(), self._rows:
            self._rows.executemany("INSERT OR REPLACE INTO told VALUES (?, ?, ?, ?, ?)", sorted(told))
            row = snapshot.entry, snapshot.memory.as_of, snapshot.memory.whole, pack(snapshot)
            self._rows.execute("INSERT OR REPLACE INTO snapshots VALUES (?, ?, ?, ?)", row)

    def persons(self, snapshot: Snapshot) -> LazyPersons[str]:
        """The persons as they were at a snapshot, each read when asked for; they may raise Damaged."""
        policy, memory = len(snapshot.policies), snapshot.memory
        standing = {key[ID_AT:]: key for key in memory.order}
        behind = memory.last_held

        def recall(offender_id: str) -> Person | None:
            encoded = offender_id.encode()
            with self._guarded():
                told = self._rows.execute(
                    f"SELECT entry, content {_UNTIL} AND offender = ? ORDER BY entry, place",
                    (policy, memory.entry, encoded),
                )
                person = person_of(encoded, told, memory.as_of)
                key = None if person is None else person.standing_key
                is_behind = behind is not None and key is not None and key > behind
                if (None if is_behind else key) != standing.get(encoded):
                    raise Damaged("a person does not stand where the snapshot says")
                return person

        def everybody() -> Iterator[str]:
            with self._guarded():
                found = self._rows.execute(f"SELECT DISTINCT offender {_UNTIL}", (policy, memory.entry)).fetchall()
            return (encoded.decode() for (encoded,) in found)

        return LazyPersons(recall, everybody)

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, Damaged) as error:
            if getattr(error, "sqlite_errorcode", 0) & _PRIMARY_CODE in _ENVIRONMENT_ERRORS:
                raise PreconditionFailed(f"{self.path}: {error}") from error
            raise Damaged(f"{self.path}: {error}") from error

"""A replay written to a folder: three Parquet files, and a manifest by which a damaged one is noticed."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from audit.document import Document, read_document, write_document
from audit.replay import Replay
from models.checkpoint import Hash
from models.errors import Unproved, WrongUse
from models.instants import EARLIEST, format_instant, parse_instant
from models.journal import FIRST_PREVIOUS_HASH, JournalEntry
from models.transition import Entry

if TYPE_CHECKING:
    from audit.tables import Tables

MANIFEST_NAME = "manifest.json"
_WHOLE_BOARD = 2**31
_MONTH = len("2024-01")


class FileRow(Document):
    """One file of a replay."""

    name: str
    rows: int
    bytes: int
    sha256: Hash


class Manifest(Document):
    """What was replayed: up to which entry and instant, and the files that hold it."""

    format: Literal["harmwatch replay 1"]
    board: str
    entry: int
    as_of: str
    head: Hash
    files: list[FileRow]


@dataclass(frozen=True, slots=True)
class Limits:
    """Where a replay ends: after all that had happened at `until` (microseconds), after entry `last`, or nowhere."""

    until: int | None = None
    last: int | None = None


class Export:
    """Replays a journal within limits, and writes what comes out; `tables` None: nothing is written."""

    def __init__(self, replay: Replay, limits: Limits, tables: "Tables | None") -> None:
        self.entry = self.transitions = 0
        self.as_of, self.head, self.board = EARLIEST, FIRST_PREVIOUS_HASH, ""
        self._replay, self._limits, self._tables = replay, limits, tables
        self._reached = limits.until is None and limits.last is None

    def run(self) -> Iterator[int]:
        """Works through the journal; yields the number of each entry. Raises Unproved."""
        for published in self._replay.published():
            try:
                self._take(published)
            except Unproved as error:
                raise Unproved(f"journal.v1 entry {published.entry}: {error}") from error
            yield published.entry
            if self._reached and self._limits != Limits():
                break
        self._insist_on_reaching()
        self._add_board()

    def _take(self, published: JournalEntry) -> None:
        until = self._limits.until
        as_of = _instant(published.as_of)
        if until is not None and as_of > until:
            parts, as_of, self._reached = self._replay.repeat_until(published, until), until, True
        else:
            if format_instant(as_of)[:_MONTH] != format_instant(self.as_of)[:_MONTH]:
                self._add_board()
            parts = [self._replay.repeat(published)]
        for part in parts:
            self._add(published, part)
        self.entry, self.as_of, self.board, self.head = published.entry, as_of, published.board, published.hash
        self._reached = self._reached or published.entry == self._limits.last

    def _add(self, published: JournalEntry, part: Entry) -> None:
        self.transitions += len(part.transitions)
        if self._tables is not None:
            self._tables.add_entry(published.entry, part)
            if self._replay.run_in_hand is not None and part.partition is not None:
                self._tables.add_run(published.entry, self._replay.run_in_hand)

    def _add_board(self) -> None:
        engine = self._replay.engine
        if self._tables is not None and engine is not None and self.as_of > EARLIEST:
            self._tables.add_board(self.entry, self.as_of, engine.board(_WHOLE_BOARD))

    def _insist_on_reaching(self) -> None:
        if not self.entry:
            raise Unproved("the journal is empty: there is nothing to replay")
        if self._limits.until is not None and not self._replay.records:
            raise Unproved(f"{format_instant(self._limits.until)} lies before the first record")
        if not self._reached and self._limits.until != self.as_of:
            asked = f"no entry {self._limits.last}" if self._limits.last else "nothing yet at the instant of --until"
            raise Unproved(f"the journal ends at entry {self.entry}, as of {format_instant(self.as_of)}: {asked}")


def replay_into(folder: Path, replay: Replay, limits: Limits) -> Iterator[tuple[Export, int]]:
    """Writes a replay to a new folder; yields after each entry. Raises WrongUse, Unproved."""
    from audit.parquet_file import file_digest  # noqa: PLC0415  (an optional extra)
    from audit.tables import Tables  # noqa: PLC0415

    _make(folder)
    tables = Tables(folder)
    export = Export(replay, limits, tables)
    try:
        for entry in export.run():
            yield export, entry
    except BaseException:
        for file in tables.files:
            file.give_up()
        raise
    rows = []
    for file in tables.files:
        file.finish()
        path = folder / file.name
        rows.append(FileRow(name=file.name, rows=file.rows, bytes=path.stat().st_size, sha256=file_digest(path)))
    manifest = Manifest(
        format="harmwatch replay 1", board=export.board, entry=export.entry, as_of=format_instant(export.as_of),
        head=export.head, files=rows,
    )  # fmt: skip
    write_document(folder / MANIFEST_NAME, manifest)


def check_export(folder: Path) -> Manifest:
    """The manifest of a folder whose files are as they were written. Raises WrongUse, Unproved."""
    from audit.parquet_file import file_digest  # noqa: PLC0415  (an optional extra)

    manifest = read_document(folder / MANIFEST_NAME, Manifest)
    faults = []
    for file in manifest.files:
        path = folder / Path(file.name).name
        if not path.is_file():
            faults.append(f"{path} is missing")
        elif path.stat().st_size != file.bytes:
            faults.append(f"{path} is cut short or grown: {path.stat().st_size} bytes, written with {file.bytes}")
        elif file_digest(path) != file.sha256:
            faults.append(f"{path} was changed: its SHA-256 is not that of the manifest")
    if faults:
        raise Unproved("; ".join(faults))
    return manifest


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise WrongUse(f"{folder} is not empty: a replay is written to a folder of its own")
    except OSError as error:
        raise WrongUse(f"{folder} cannot be written: {error.strerror}") from error


def _instant(text: str) -> int:
    try:
        return parse_instant(text)
    except ValueError as error:
        raise Unproved(f"its as_of {text[:64]!r} {error}") from error

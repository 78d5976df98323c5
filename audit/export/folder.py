"""The folder of a replay: its Parquet files, and a manifest by which a damaged one is noticed."""

from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from audit.export.export import ExportOutcome
from audit.export.parquet_file import file_digest
from audit.export.tables import Tables
from audit.signing.document import Document, read_document, write_document
from models.checkpoint import Hash
from models.errors import Unproved, WrongUse
from models.instants import format_instant

MANIFEST_NAME = "manifest.json"


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


class ExportFolder:
    """A new folder. Left before `finish`, it holds nothing under the names of whole files."""

    def __init__(self, folder: Path) -> None:
        """Raises WrongUse when the folder holds something already, or cannot be made."""
        _make(folder)
        self._folder = folder
        self.tables = Tables(folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for file in self.tables.files:
            file.close()

    def finish(self, exported: ExportOutcome) -> None:
        """Gives the files their names, and writes the manifest last."""
        rows = []
        for file in self.tables.files:
            file.finish()
            path = self._folder / file.name
            rows.append(FileRow(name=file.name, rows=file.rows, bytes=path.stat().st_size, sha256=file_digest(path)))
        manifest = Manifest(
            format="harmwatch replay 1",
            board=exported.board,
            entry=exported.entry,
            as_of=format_instant(exported.as_of),
            head=exported.head,
            files=rows,
        )
        write_document(self._folder / MANIFEST_NAME, manifest)


def check_export(folder: Path) -> Manifest:
    """The manifest of a folder whose files are as they were written. Raises WrongUse, Unproved."""
    manifest = read_document(folder / MANIFEST_NAME, Manifest)
    faults = [fault for file in manifest.files for fault in _faults(folder / Path(file.name).name, file)]
    if faults:
        raise Unproved("; ".join(faults))
    return manifest


def _faults(path: Path, file: FileRow) -> list[str]:
    if not path.is_file():
        return [f"{path} is missing"]
    if path.stat().st_size != file.bytes:
        return [f"{path} is cut short or grown: {path.stat().st_size} bytes, written with {file.bytes}"]
    if file_digest(path) != file.sha256:
        return [f"{path} was changed: its SHA-256 is not that of the manifest"]
    return []


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise WrongUse(f"{folder} is not empty: a replay is written to a folder of its own")
    except OSError as error:
        raise WrongUse(f"{folder} cannot be written: {error.strerror}") from error

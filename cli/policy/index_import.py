"""`harmwatch index import`: the official table becomes an index file, with a note of where it comes from."""

import csv
import hashlib
import io
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from audit.signing.document import json_text
from cli.output import json_option, show
from cli.paths import FILE
from cli.policy.imported_index import ImportedIndex, ambiguous_codes, changed_codes, render_import, thousands_cells
from models.alert import days_text
from models.errors import WrongUse
from policies.index_edition import IndexLine, build_index, index_digest
from policies.index_file import MAX_CODE_LENGTH, read_index
from policies.official_table import OfficialTable, read_official_table
from policies.policy_file import load_policy
from scoring.faults import Faults

_A_POLICY = """
id = "any"
version = "1"
owner = "the operator who loads the index"
[index]
file = "index.csv"
[window]
days = 365
anchor = "reported_at"
[status]
reported = 100
"""


DOCUMENT = ImportedIndex


@click.command()
@click.argument("file", type=FILE)
@click.option("--previous", type=FILE, help="The index file in use: report what changes.")
@click.option("--out", type=FILE, help="The index file to write; left out: FILE's name with .index.csv.")
@click.option("--sheet", help="The sheet of a spreadsheet to read; left out: the first.")
@click.option("--edition", help="The edition of the table; left out: FILE's name.")
@click.option("--source", help="Who published it, and where; left out: FILE's name.")
@json_option
def command(as_json: bool, **options: Any) -> None:  # Any: the fields of a Request
    """Makes an index file of the official table (CSV or spreadsheet); overwrites nothing."""
    show(import_index(Request(**options)), as_json, render_import)


@dataclass(frozen=True, slots=True)
class Request:
    """What is imported and where to; what is left out follows from the file's name."""

    file: Path
    previous: Path | None = None
    out: Path | None = None
    edition: str | None = None
    source: str | None = None
    sheet: str | None = None

    @property
    def index_file(self) -> Path:
        """The index file to write."""
        return self.out or Path(f"{self.file.stem}.index.csv")


def import_index(request: Request) -> ImportedIndex:
    """Writes the index and its note beside it; overwrites nothing. Raises WrongUse."""
    target = request.index_file
    note = target.with_name(target.name + ".json")
    _require_new(target, note)
    previous = None if request.previous is None else _previous(request.previous)
    try:
        content = request.file.read_bytes()
    except OSError as error:
        raise WrongUse(f"table {request.file} cannot be read: {error.strerror}") from error
    table = read_official_table(request.file, content, request.sheet)
    _require_one_code_each(request.file, table)
    lines = build_index(table.rows)
    _require_short_codes(request.file, lines)
    text = _index_text(lines)
    _require_loading(request.file, text)
    document = _document(request, content, table, lines, previous)
    _write(target, text)
    _write(note, json_text({key: value for key, value in document.figures().items() if key != "changes"}))
    return document


def _document(
    request: Request, content: bytes, table: OfficialTable, lines: list[IndexLine], previous: dict[str, int] | None
) -> ImportedIndex:
    index = {line.code: line.millidays for line in lines}
    return ImportedIndex(
        edition=request.edition or request.file.stem,
        source=request.source or request.file.name,
        source_sha256=hashlib.sha256(content).hexdigest(),
        index_file=request.index_file.name,
        digest=index_digest(index),
        codes=len(lines),
        ambiguous=ambiguous_codes(lines),
        changes=None if previous is None else changed_codes(previous, index),
        sheet=table.sheet,
        other_sheets=tuple(table.other_sheets),
        read_as_thousands=thousands_cells(table),
    )


def _index_text(lines: list[IndexLine]) -> str:
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["code", "days", "title", "ambiguous"])
    for line in lines:
        all_values = " or ".join(days_text(value) for value in line.values) if line.ambiguous else ""
        rows.writerow([line.code, days_text(line.millidays), line.title, all_values])
    return text.getvalue()


def _require_new(*paths: Path) -> None:
    for path in paths:
        if path.exists():
            raise WrongUse(f"{path} is there already, and nothing is overwritten: name another file with --out")


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, "utf-8", newline="")
    except OSError as error:
        raise WrongUse(f"{path} cannot be written: {error.strerror}") from error


def _previous(path: Path) -> dict[str, int]:
    faults = Faults()
    index = read_index(path, faults)
    faults.raise_if_any(f"index {path}")
    return index


def _require_one_code_each(file: Path, table: OfficialTable) -> None:
    """No pair of class and Home Office code is spelled like a URN: one code would stand for both."""
    faults, urns = Faults(), {row.urn: row.place for row in table.rows}
    for row in table.rows:
        code = row.recorded_code
        if code in urns:
            faults.add(
                f"{file.name}:{row.place}", f"class and Home Office code make {code!r}, the urn of line {urns[code]}"
            )
    faults.raise_if_any(f"table {file}")


def _require_loading(file: Path, text: str) -> None:
    """What is written is an index that a policy loads. Raises WrongUse."""
    with TemporaryDirectory() as folder:
        Path(folder, "index.csv").write_text(text, "utf-8", newline="")
        policy = Path(folder, "policy.toml")
        policy.write_text(_A_POLICY, "utf-8")
        try:
            load_policy(policy)
        except WrongUse as error:
            faults = str(error).replace(str(policy), "of it")
            raise WrongUse(f"table {file} makes an index that no policy loads: {faults}") from error


def _require_short_codes(file: Path, lines: list[IndexLine]) -> None:
    faults = Faults()
    for line in lines:
        if len(line.code) > MAX_CODE_LENGTH:
            faults.add(line.code[:80], f"is longer than the {MAX_CODE_LENGTH} characters of a code")
    faults.raise_if_any(f"table {file}")

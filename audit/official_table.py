"""The official table of a harm index as it is published: rows of a CSV file or of a spreadsheet."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from models.errors import WrongUse
from models.policy import MILLIDAYS_PER_DAY
from scoring.faults import Faults

COLUMNS = {
    "urn": ("urn",),
    "class_code": ("class_code", "class"),
    "ho_code": ("ho_code", "home_office_code", "hocode"),
    "days": ("days", "cchi_days", "cchi", "sentence_days"),
    "title": ("title", "offence", "offence_title", "description"),
}
"""Columns that are read, and the headers under which they are found (lower case, underscores)."""

_NEEDED = ("urn", "days")
_HEADER_WITHIN_ROWS = 20
_DAYS = re.compile(r"([0-9]{1,12})(?:\.([0-9]{1,3}))?")

Cells = list[str]


@dataclass(frozen=True, slots=True)
class OfficialRow:
    """One row of the table; `place` is its line. `class_code` and `ho_code` may be empty."""

    place: int
    urn: str
    class_code: str
    ho_code: str
    millidays: int
    title: str

    @property
    def recorded_code(self) -> str | None:
        """The code of forces that record by class and Home Office code only; several rows may share it."""
        return f"{self.class_code}:{self.ho_code}" if self.class_code and self.ho_code else None


def read_official_table(path: Path, content: bytes) -> list[OfficialRow]:
    """The rows of a published table; `path` says by its ending what it is. Raises WrongUse that lists every fault."""
    rows = _spreadsheet(path, content) if path.suffix.lower() in {".xlsx", ".xlsm"} else _csv(path, content)
    header_at, columns = _header(path, rows)
    faults = Faults()
    found = [
        row
        for place, cells in enumerate(rows[header_at + 1 :], header_at + 2)
        if any(cells)
        for row in _row(path.name, place, columns, cells, faults)
    ]
    faults.raise_if_any(f"table {path}")
    if not found:
        raise WrongUse(f"table {path} has no row below its header")
    return found


def _csv(path: Path, content: bytes) -> list[Cells]:
    try:
        text = content.decode("utf-8-sig")
        return [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text, newline=""), strict=True)]
    except (UnicodeDecodeError, csv.Error) as error:
        raise WrongUse(f"table {path} is not CSV in UTF-8: {error}") from error


def _spreadsheet(path: Path, content: bytes) -> list[Cells]:
    try:
        from openpyxl import load_workbook  # noqa: PLC0415  (an optional extra)
    except ImportError as error:
        raise WrongUse("spreadsheets need `pip install 'harmwatch[audit]'`; CSV does not") from error
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        return [[_text(value) for value in row] for row in book.worksheets[0].iter_rows(values_only=True)]
    except Exception as error:  # the library raises whatever its parsers raise
        raise WrongUse(f"table {path} is not a spreadsheet: {error}") from error


def _text(value: object) -> str:
    """A cell as people see it: 365.0 is 365. A date is what the program made of a code: it is left to be refused."""
    if value is None:
        return ""
    if isinstance(value, float):
        return format(value, ".15g")
    return str(value).strip()


def _header(path: Path, rows: list[Cells]) -> tuple[int, dict[str, int]]:
    missing = list(_NEEDED)
    for at, cells in enumerate(rows[:_HEADER_WITHIN_ROWS]):
        names = [re.sub(r"[^a-z0-9]+", "_", cell.lower()).strip("_") for cell in cells]
        columns = {
            column: names.index(name) for column, known in COLUMNS.items() for name in reversed(known) if name in names
        }
        lacking = [column for column in _NEEDED if column not in columns]
        if not lacking:
            return at, columns
        missing = min(missing, lacking, key=len)
    raise WrongUse(
        f"table {path} has no header with the column {' and '.join(missing)} in its first {_HEADER_WITHIN_ROWS} rows"
    )


def _row(name: str, place: int, columns: dict[str, int], cells: Cells, faults: Faults) -> Iterator[OfficialRow]:
    told = {column: cells[at] if at < len(cells) else "" for column, at in columns.items()}
    days = _DAYS.fullmatch(told["days"].replace(",", ""))
    if not told["urn"]:
        faults.add(f"{name}:{place}", "urn is empty")
    elif days is None:
        faults.add(f"{name}:{place}", f"days {told['days'][:40]!r} is not a number of days with up to 3 decimals")
    else:
        millidays = int(days[1]) * MILLIDAYS_PER_DAY + int((days[2] or "").ljust(3, "0"))
        yield OfficialRow(
            place, told["urn"], told.get("class_code", ""), told.get("ho_code", ""), millidays, told.get("title", "")
        )

"""The official table of a harm index as it is published: rows of a CSV file or of a spreadsheet."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from models.errors import WrongUse
from models.policy import MILLIDAYS_PER_DAY
from policies.sheet import ConvertedCell, Sheet, read_sheet
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
_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]+)?")
_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
# What is left of a code such as 8/6 when a spreadsheet has taken it for a date and written it as CSV.
_DATE = re.compile(
    rf"[0-9]{{1,2}}[- ]{_MONTH}([- ][0-9]{{2,4}})?|{_MONTH}[- ][0-9]{{1,4}}"
    r"|[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}|[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9:.]+)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class OfficialRow:
    """One row of the table; `place` is its line. `class_code` and `ho_code` may be empty."""

    place: int
    urn: str
    class_code: str
    ho_code: str
    millidays: int
    title: str
    thousands: str | None = None
    """the days as they are written, where a comma in them was read as one of thousands"""

    @property
    def recorded_code(self) -> str | None:
        """The code of forces that record by class and Home Office code only; several rows may share it."""
        return f"{self.class_code}:{self.ho_code}" if self.class_code and self.ho_code else None


@dataclass(frozen=True, slots=True)
class OfficialTable:
    """What was read; of a spreadsheet also which sheet, and which ones were not."""

    rows: list[OfficialRow]
    sheet: str | None = None
    other_sheets: tuple[str, ...] = ()


def read_official_table(path: Path, content: bytes, sheet: str | None = None) -> OfficialTable:
    """The rows of a published table; `path` says by its ending what it is. Raises WrongUse that lists every fault."""
    read = read_sheet(path, content, sheet)
    header_at, columns = _header(path, read)
    faults, width = Faults(), len(read.rows[header_at][1])
    for place, cells in read.rows[header_at + 1 :] if read.name is None else ():
        for fault in _faults_of_cells(cells, width):
            faults.add(f"{path.name}:{place}", fault)
    found = [
        row
        for place, cells in read.rows[header_at + 1 :]
        if any(cells)
        for row in _row(path.name, place, columns, cells, faults)
    ]
    faults.raise_if_any(f"table {path}")
    if not found:
        raise WrongUse(f"table {path} has no row below its header")
    return OfficialTable(found, read.name, read.others)


def _header(path: Path, sheet: Sheet) -> tuple[int, dict[str, int]]:
    missing = list(_NEEDED)
    for at, (_, cells) in enumerate(sheet.rows[:_HEADER_WITHIN_ROWS]):
        names = [re.sub(r"[^a-z0-9]+", "_", cell.lower()).strip("_") for cell in cells]
        columns = {
            column: names.index(name) for column, known in COLUMNS.items() for name in reversed(known) if name in names
        }
        lacking = [column for column in _NEEDED if column not in columns]
        if not lacking:
            _require_each_once(path, names)
            return at, columns
        missing = min(missing, lacking, key=len)
    others = f"; its other sheets are {', '.join(map(repr, sheet.others))} (--sheet)" if sheet.others else ""
    where = f"sheet {sheet.name!r} of table {path}" if sheet.name is not None else f"table {path}"
    raise WrongUse(
        f"{where} has no header with the column {' and '.join(missing)} in its first {_HEADER_WITHIN_ROWS} rows{others}"
    )


def _require_each_once(path: Path, names: list[str]) -> None:
    read = {name for known in COLUMNS.values() for name in known}
    twice = sorted({name for name in names if name in read and names.count(name) > 1})
    if twice:
        raise WrongUse(f"table {path}: the header names a column twice: {', '.join(map(repr, twice))}")


def _faults_of_cells(cells: list[str], width: int) -> Iterator[str]:
    """What a row of a CSV holds beside its cells: `182,5` without quotation marks, or a row behind an open one."""
    if any(cells[width:]):
        yield f"has {len(cells)} cells, the header has {width}: what holds a comma stands in quotation marks"
    if any(line.count(",") >= width - 1 for cell in cells for line in cell.split("\n")[1:]):
        yield "a cell takes in what looks like a row of its own: a quotation mark may not be closed"


def _row(name: str, place: int, columns: dict[str, int], cells: list[str], faults: Faults) -> Iterator[OfficialRow]:
    row = {column: cells[at] if at < len(cells) else "" for column, at in columns.items()}
    wrong = [*_faults_of_codes(row), *_faults_of_days(row["days"])]
    for fault in wrong:
        faults.add(f"{name}:{place}", fault)
    if wrong:
        return
    whole, _, decimals = row["days"].replace(",", "").partition(".")
    yield OfficialRow(
        place, row["urn"], row.get("class_code", ""), row.get("ho_code", ""),
        int(whole) * MILLIDAYS_PER_DAY + int(decimals.ljust(3, "0")), row.get("title", ""),
        row["days"] if "," in row["days"] else None,
    )  # fmt: skip


def _faults_of_codes(row: dict[str, str]) -> Iterator[str]:
    if not row["urn"]:
        yield "urn is empty"
    for column in ("urn", "class_code", "ho_code"):
        text = row.get(column, "")
        if isinstance(text, ConvertedCell) or _DATE.fullmatch(text):
            yield f"{column} {text[:40]!r} is no code: a spreadsheet made a date or the like of it; write it as text"
        unseen = next((letter for letter in text if not letter.isprintable()), None)
        if unseen is not None:
            yield f"{column} {text[:40]!r} holds U+{ord(unseen):04X}, which cannot be seen: no report has such a code"


def _faults_of_days(text: str) -> Iterator[str]:
    if "," in text and not _THOUSANDS.fullmatch(text):
        yield f"days {text[:40]!r} has a comma that separates no thousands: decimals stand behind a point"
    elif _DAYS.fullmatch(text.replace(",", "")) is None:
        yield f"days {text[:40]!r} is not a number of days with up to 3 decimals"

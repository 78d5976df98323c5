"""The rows of a table on disk, CSV or spreadsheet, as texts; what a program made of a code is marked."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

from models.errors import WrongUse


class ConvertedCell(str):
    """A cell that is no text and no number: a date, a duration, a truth value, an error of a formula."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows with the line (of a spreadsheet, the row) in which each begins. `name` is that of a spreadsheet's sheet."""

    rows: list[tuple[int, list[str]]]
    name: str | None = None
    others: tuple[str, ...] = ()


def read_sheet(path: Path, content: bytes, name: str | None = None) -> Sheet:
    """The sheet `name`, or the first one; `path` says by its ending what the file is. Raises WrongUse."""
    if path.suffix.lower() in {".xlsx", ".xlsm"}:
        return _spreadsheet(path, content, name)
    if name is not None:
        raise WrongUse(f"table {path} is no spreadsheet and has no sheet {name!r}")
    return Sheet(list(_csv(path, content)))


def _csv(path: Path, content: bytes) -> Iterator[tuple[int, list[str]]]:
    line = 1
    try:
        rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        for row in rows:
            yield line, [cell.strip() for cell in row]
            line = rows.line_num + 1
    except UnicodeDecodeError as error:
        raise WrongUse(f"table {path} is not CSV in UTF-8: {error}") from error
    except csv.Error as error:
        raise WrongUse(f"table {path} is not CSV in UTF-8: the row of line {line}: {error}") from error


def _spreadsheet(path: Path, content: bytes, name: str | None) -> Sheet:
    try:
        from openpyxl import load_workbook  # noqa: PLC0415  (it loads slowly)
    except ImportError as error:
        raise WrongUse("spreadsheets need `pip install 'harmwatch[audit]'`; CSV does not") from error
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        names = [sheet.title for sheet in book.worksheets]
        chosen = names[0] if name is None else name
        rows = list(_rows(book[chosen])) if chosen in names else None
    except Exception as error:  # the library raises whatever its parsers raise
        raise WrongUse(f"table {path} is not a spreadsheet: {error}") from error
    if rows is None:
        raise WrongUse(f"table {path} has no sheet {chosen!r}; it has {', '.join(map(repr, names))}")
    return Sheet(rows, chosen, tuple(other for other in names if other != chosen))


def _rows(sheet: Any) -> Iterator[tuple[int, list[str]]]:  # Any: the library has no types
    sheet.reset_dimensions()  # what the file says of its own size is often too small, and rows are lost
    for place, cells in enumerate(sheet.iter_rows(), 1):
        yield place, [_text(cell) for cell in cells]


def _text(cell: Any) -> str:  # Any: the library has no types
    """A cell as people see it: 365.0 is 365."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool | date | time | timedelta) or cell.data_type == "e":
        return ConvertedCell(value)
    if isinstance(value, float):
        return format(value, ".15g")
    return str(value).strip()

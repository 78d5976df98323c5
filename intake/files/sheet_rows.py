"""Rows of a spreadsheet (.xlsx), read as a stream: dates stay dates, numbers keep their digits."""

import re
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import IO, Any

from intake.files.header import REPEATED, Header, TopRow, find_header, named
from intake.files.opened import READ_ERRORS, OpenedFile
from intake.files.reading import Reading
from intake.files.row import Moment, Row
from intake.files.trailer import Trailer
from intake.files.unsaved_formulas import UnsavedCell, unsaved_formulas
from models.errors import WrongUse

_ZEROS = re.compile("0{2,}")
_MIDNIGHT = time()
_UNSAVED = "holds a formula whose value was not saved: open the file in a spreadsheet, and save it there"


class SheetRows:
    """The rows of one sheet, once: the one that the mapping names, else the first. Blank ones are no rows.

    `header` and `others`, the sheets that are not read, are known when the first row is.
    """

    def __init__(self, opened: OpenedFile, reading: Reading) -> None:
        self._opened = opened
        self._reading = reading
        self._trailer = Trailer(reading.trailer) if reading.trailer is not None else None
        self.header: Header | None = None
        self.others: list[str] = []

    def __iter__(self) -> Iterator[Row]:
        """Raises WrongUse for what is no spreadsheet, a sheet that is not there, a header that does not fit."""
        with self._opened.open() as content, _seekable(self._opened.name, content) as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # styles and extensions that are not read
            yield from self._rows(self._cells(file))

    def _cells(self, file: IO[bytes]) -> Iterator[TopRow]:
        sheet = self._sheet(file)
        sheet.reset_dimensions()  # what the file says of its own size is often too small, and rows are lost
        number = 0
        try:
            unsaved = unsaved_formulas(sheet)
            for number, cells in enumerate(sheet.iter_rows(), 1):
                texts = [_text(cell) for cell in cells]
                if number > self._reading.skip and any(texts):
                    if unsaved:
                        texts = [
                            UnsavedCell() if (number, column) in unsaved else text
                            for column, text in enumerate(texts, 1)
                        ]
                    yield TopRow(number, texts)
        except Exception as error:  # the library raises whatever its parsers raise
            yield TopRow(number + 1, [], f"the file cannot be read further: {error}")

    def _sheet(self, file: IO[bytes]) -> Any:  # Any: the library has no types
        name, wanted = self._opened.name, self._reading.sheet
        sheets = _sheets_in(name, file)
        chosen = next(iter(sheets), "") if wanted is None else wanted
        if chosen not in sheets:
            raise WrongUse(f"{name} has no sheet {chosen!r}; it has {', '.join(map(repr, sheets)) or 'none'}")
        self.others = [title for title in sheets if title != chosen]
        return sheets[chosen]

    def _rows(self, tops: Iterator[TopRow]) -> Iterator[Row]:
        given = self._reading.header
        found = find_header(self._opened.name, tops, self._reading.wanted) if given is None else None
        self.header = header = found if given is None else Header(0, named(list(given)))
        if header is None:
            yield Row(1, {}, "is empty: there is no header")
            return
        count, held = 0, None
        for top in tops:
            if held is not None:
                count += 1
                yield self._row(header, held)
            held = top
        if held is not None and (self._trailer is None or not self._trailer.match(",".join(filter(None, held.cells)))):
            count += 1
            yield self._row(header, held)
        fault = self._trailer.fault(count) if self._trailer is not None else None
        if fault is not None:
            yield Row((held.number if held else header.number) + 1, {}, fault)

    def _row(self, header: Header, top: TopRow) -> Row:
        names, wanted = header.names, self._reading.wanted
        if top.error is not None or header.is_repeated(top.cells):
            return Row(top.number, {}, top.error or REPEATED)
        beyond = [f"#{place}" for place in range(len(names) + 1, len(top.cells) + 1)]
        cells = [*top.cells, *("" for _ in range(len(names) - len(top.cells)))]
        columns = dict(zip([*names, *beyond], cells, strict=True))
        columns.pop("", None)
        for name, cell in columns.items():
            if isinstance(cell, UnsavedCell) and (wanted is None or name in wanted):
                return Row(top.number, {}, f"column {name!r} {_UNSAVED}")
        return Row(top.number, columns, None)


def sheet_names(opened: OpenedFile) -> list[str]:
    """The sheets of a workbook, in order. Raises WrongUse."""
    with opened.open() as content, _seekable(opened.name, content) as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return list(_sheets_in(opened.name, file))


def _sheets_in(name: str, file: IO[bytes]) -> dict[str, Any]:  # Any: the library has no types
    from openpyxl import load_workbook  # noqa: PLC0415  (it loads slowly, and most files are CSV)

    try:
        return {sheet.title: sheet for sheet in load_workbook(file, read_only=True, data_only=True).worksheets}
    except Exception as error:  # the library raises whatever its parsers raise
        raise WrongUse(f"{name} is not a spreadsheet (.xlsx) that can be read: {error}") from None


def _text(cell: Any) -> str:  # Any: the library has no types
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | date | time | timedelta):
        return _moment(value, str(cell.number_format).lower())
    if isinstance(value, int):
        width = len(cell.number_format) if _ZEROS.fullmatch(str(cell.number_format)) else 0
        return str(value).zfill(width)
    return format(value, ".15g") if isinstance(value, float) else str(value).strip()


def _moment(value: datetime | date | time | timedelta, number_format: str) -> Moment:
    if isinstance(value, datetime) and value.time() == _MIDNIGHT and "h" not in number_format:
        return Moment(value.date().isoformat())
    if isinstance(value, timedelta):  # 9:05:00 of a column of durations is a time of day, 24:00:00 is its end
        minutes, seconds = divmod(int(value.total_seconds()), 60)
        return Moment(f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}")
    return Moment(value.isoformat())


@contextmanager
def _seekable(name: str, content: IO[bytes]) -> Iterator[IO[bytes]]:
    """A workbook is read from its end: what comes compressed or through a pipe is unpacked into a file first."""
    if type(content).__name__ == "BufferedReader" and content.seekable():
        yield content
        return
    with tempfile.TemporaryFile() as file:
        try:
            shutil.copyfileobj(content, file)
        except READ_ERRORS as error:
            raise WrongUse(f"{name} cannot be read to its end, and a spreadsheet begins there: {error}") from None
        file.seek(0)
        yield file

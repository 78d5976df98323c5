"""One file of rows, whatever it is: CSV, spreadsheet, JSON or XML; read as a stream."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from zipfile import ZipInfo

from intake.files.content import require_kind
from intake.files.csv_rows import CsvRows, encoding_text
from intake.files.header import Header
from intake.files.json_document import JsonDocument
from intake.files.json_row import NoObjectError, read_object
from intake.files.lines import Lines
from intake.files.opened import STDIN, OpenedFile
from intake.files.reading import Kind, Reading
from intake.files.row import Row
from intake.files.sheet_rows import SheetRows
from intake.files.xml_rows import XmlRows
from models.errors import WrongUse


class Source:
    """One file, one member of an archive, or standard input; `name` is how the operator called it.

    `about_to_wait` is called before standard input is waited for. Raises WrongUse for a file that is not what it is
    read as.
    """

    def __init__(
        self,
        path: Path,
        reading: Reading | None = None,
        member: ZipInfo | None = None,
        about_to_wait: Callable[[], None] = lambda: None,
    ) -> None:
        self._opened = OpenedFile(path, member, about_to_wait)
        self._reading = reading or Reading()
        self.name = self._opened.name
        self._head = self._opened.head() if path != STDIN and path.is_file() else b""
        self.kind = self._reading.kind_of(self._opened.content_name, self._head)
        self._lines = Lines(self._opened, self._reading, self._head)
        self._table: CsvRows | SheetRows | None = None

    @property
    def bytes_total(self) -> int:
        """How long the file is."""
        return self._opened.bytes_total

    @property
    def bytes_read(self) -> int:
        """How far the file was read; compressed bytes of a compressed file."""
        return self._opened.bytes_read

    @property
    def is_table(self) -> bool:
        """Whether it has a header and cells."""
        return self.kind in (Kind.CSV, Kind.SHEET)

    @property
    def ends_within_line(self) -> int | None:
        """The last line of a CSV, where it has no line end: it may have been cut."""
        return self._lines.ends_within if self.kind is Kind.CSV else None

    @property
    def header(self) -> Header | None:
        """Where the columns are named; known when the first row is."""
        return self._table.header if self._table is not None else None

    @property
    def other_sheets(self) -> list[str]:
        """The sheets of a workbook that are not read, where no mapping says which one is."""
        is_asked = self._reading.sheet is None
        return self._table.others if isinstance(self._table, SheetRows) and is_asked else []

    def lines(self) -> Iterator[tuple[int, bytes | str]]:
        """Number and UTF-8 of each line without its end; a text says why one cannot be read."""
        self._insist()
        yield from self._lines

    def without_mark(self, number: int, line: bytes) -> bytes:
        """The line without the mark that some programs put before the first one. Raises WrongUse for another's."""
        return self._lines.without_mark(number, line)

    def rows(self) -> Iterator[Row]:
        """The columns of each row that is not blank. Raises WrongUse for a header or an encoding that does not fit."""
        self._insist()
        match self.kind:
            case Kind.CSV:
                delimiter = self._reading.delimiter_of(self._opened.content_name)
                self._table = CsvRows(self.name, self._lines, self._reading, delimiter)
                yield from self._table
            case Kind.SHEET:
                self._table = SheetRows(self._opened, self._reading)
                yield from self._table
            case Kind.LINES:
                yield from self._json_rows()
            case Kind.DOCUMENT:
                with self._opened.open() as content:
                    text = io.TextIOWrapper(content, self._reading.encoding, errors="surrogateescape", newline="")
                    yield from JsonDocument(
                        self.name, text.read, self._reading.records or "", encoding_text(self._reading)
                    )
            case Kind.XML:
                yield from self._xml_rows()

    def _insist(self) -> None:
        if self._head:
            with self._opened.open() as content:
                require_kind(self.kind, self.name, self._head, content, self._reading.encoding)

    def _json_rows(self) -> Iterator[Row]:
        for number, line in self._lines:
            if isinstance(line, str):
                yield Row(number, {}, line)
            elif line.strip():
                yield self._json_row(number, self._lines.without_mark(number, line))

    def _json_row(self, number: int, line: bytes) -> Row:
        try:
            return Row(number, read_object(line.decode()), None)
        except UnicodeDecodeError as error:
            return Row(number, {}, f"is not {encoding_text(self._reading)} (byte {error.start + 1} of the line)")
        except NoObjectError as error:
            return Row(number, {}, str(error))
        except (ValueError, RecursionError) as error:
            return Row(number, {}, f"is not JSON: {str(error)[:200]}")

    def _xml_rows(self) -> Iterator[Row]:
        if self._reading.records is None:
            raise WrongUse(f'{self.name} is XML: records says which elements are its rows (records = "//Case")')
        with self._opened.open() as content:
            yield from XmlRows(self.name, content, self._reading.records, self._reading.encoding)

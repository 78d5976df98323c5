"""A file of lines: JSON Lines or CSV, plain or gzip, or standard input; read as a stream."""

import gzip
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import IO, Any, NamedTuple, Protocol, cast

from intake.cells import CellReader, Cells, TextLine
from intake.json_row import NoObjectError, read_object
from intake.pipe import standard_input
from intake.recoded import Recoded
from models.errors import WrongUse

STDIN = Path("-")
MAX_LINE_BYTES = 4 * 1024 * 1024

UTF_8 = "utf-8"

_BOM = b"\xef\xbb\xbf"
_UTF_16_BOMS = (b"\xff\xfe", b"\xfe\xff")
_OTHER_DELIMITERS = (";", "\t", "|", ",")
_CSV_DELIMITERS = {".csv": ",", ".tsv": "\t"}


class _Readable(Protocol):
    def readline(self, size: int, /) -> bytes: ...


class Row(NamedTuple):
    """The columns of one row, or what is wrong with it. Values are texts; of JSON, anything."""

    number: int
    columns: dict[str, Any]  # Any: JSON
    error: str | None
    lines: int = 1
    """How many it spans; of a row that is wrong, all but the first are read on their own."""


class Source:
    """One file, or standard input; `name` is how the operator called it.

    It is CSV by its name, or where a delimiter is given; what is not CSV is JSON Lines. Without `quotes` a quotation
    mark is a letter like others. `about_to_wait` is called before standard input is waited for.
    """

    def __init__(
        self,
        path: Path,
        delimiter: str | None = None,
        encoding: str = UTF_8,
        quotes: bool = True,
        about_to_wait: Callable[[], None] = lambda: None,
    ) -> None:
        self._about_to_wait = about_to_wait
        self.name = str(path)
        self._path = path
        self._encoding = encoding
        self._quotes = quotes
        self._delimiter = delimiter or _CSV_DELIMITERS.get(Path(path.name.lower().removesuffix(".gz")).suffix)
        self.bytes_total = path.stat().st_size if path.is_file() else 0
        self._file: IO[bytes] | None = None
        self.ends_within_line: int | None = None
        """The last line, where it has no line end: it may have been cut."""

    @property
    def bytes_read(self) -> int:
        """How far the file was read; compressed bytes of a compressed file."""
        if self._file is None:
            return 0
        return self.bytes_total if self._file.closed else self._file.tell()

    @property
    def is_csv(self) -> bool:
        """Whether it has a header and cells."""
        return self._delimiter is not None

    def lines(self) -> Iterator[tuple[int, bytes | str]]:
        """Number and UTF-8 of each line without its end; a text says why one cannot be read."""
        try:
            with self._open() as stream:
                yield from self._lines_of(stream)
        finally:
            if self._file is not None:
                self._file.close()  # a compressed stream leaves it open

    def rows(self) -> Iterator[Row]:
        """The columns of each line that is not blank. Raises WrongUse for a header or an encoding that does not fit."""
        return self._json_rows() if self._delimiter is None else self._csv_rows(self._delimiter)

    def without_mark(self, number: int, line: bytes) -> bytes:
        """The line without the mark that some programs put before the first one. Raises WrongUse for that of UTF-16."""
        if number == 1 and line.startswith(_UTF_16_BOMS):
            raise WrongUse(
                f"{self.name} is UTF-16: convert it (iconv -f UTF-16 -t UTF-8), "
                'or say encoding = "utf-16" in its mapping'
            )
        return line.removeprefix(_BOM) if number == 1 else line

    def _open(self) -> AbstractContextManager[_Readable]:
        if self._encoding == UTF_8:
            return self._open_bytes()
        return Recoded(self._open_bytes(), self._encoding)

    def _open_bytes(self) -> AbstractContextManager[IO[bytes]]:
        if self._path == STDIN:
            return nullcontext(standard_input(self._about_to_wait))
        try:
            self._file = self._path.open("rb")
        except OSError as error:
            raise WrongUse(f"{self._path} cannot be read: {error.strerror}") from None
        if self._path.suffix.lower() == ".gz":
            return cast(IO[bytes], gzip.GzipFile(fileobj=self._file))
        return self._file

    def _lines_of(self, stream: _Readable) -> Iterator[tuple[int, bytes | str]]:
        number = 0
        try:
            while line := stream.readline(MAX_LINE_BYTES):
                number += 1
                if line.endswith(b"\n"):
                    yield number, line.removesuffix(b"\n").removesuffix(b"\r")
                elif len(line) >= MAX_LINE_BYTES:
                    yield number, f"is longer than {MAX_LINE_BYTES} bytes"
                    _skip_line(stream)
                else:
                    self.ends_within_line = number
                    yield number, line.removesuffix(b"\r")
        except (EOFError, OSError, UnicodeError, zlib.error) as error:
            yield number + 1, f"the file cannot be read further: {error}"

    def _json_rows(self) -> Iterator[Row]:
        for number, line in self.lines():
            if isinstance(line, str):
                yield Row(number, {}, line)
            elif line.strip():
                yield self._json_row(number, self.without_mark(number, line))

    def _csv_rows(self, delimiter: str) -> Iterator[Row]:
        reader = CellReader(self._text_lines(), delimiter, self._quotes)
        first = reader.next()
        if first is None:
            yield Row(1, {}, "is empty: there is no header")
            return
        header = self._check_header(first)
        while (row := reader.next(len(header))) is not None:
            yield Row(row.number, {}, row.error, row.lines) if row.error else self._csv_row(header, row)

    def _text_lines(self) -> Iterator[TextLine]:
        # Bytes that do not fit the encoding pass the CSV reader as surrogates and fail in their own row.
        for number, line in self.lines():
            if isinstance(line, str):
                yield TextLine(number, "", line)
            else:
                yield TextLine(number, self.without_mark(number, line).decode(errors="surrogateescape"))

    def _check_header(self, header: Cells) -> list[str]:
        if header.error is not None:
            raise WrongUse(f"{self.name}:{header.number}: the header cannot be read: {header.error}")
        names = [name.strip() for name in header.cells]
        twice = sorted({name for name in names if name and names.count(name) > 1})
        if twice:
            raise WrongUse(f"{self.name}: the header names a column twice: {', '.join(map(repr, twice))}")
        try:
            "".join(names).encode()
        except UnicodeEncodeError:
            raise WrongUse(f"{self.name}: the header is not {self._told_encoding}") from None
        return names

    @property
    def _told_encoding(self) -> str:
        return "UTF-8 (for another encoding see docs/mapping.md)" if self._encoding == UTF_8 else self._encoding

    def _json_row(self, number: int, line: bytes) -> Row:
        try:
            return Row(number, read_object(line.decode()), None)
        except UnicodeDecodeError as error:
            return Row(number, {}, f"is not {self._told_encoding} (byte {error.start + 1} of the line)")
        except NoObjectError as error:
            return Row(number, {}, str(error))
        except (ValueError, RecursionError) as error:
            return Row(number, {}, f"is not JSON: {str(error)[:200]}")

    def _csv_row(self, header: list[str], row: Cells) -> Row:
        columns = dict(zip(header, row.cells, strict=True))
        columns.pop("", None)  # a column without a name cannot be asked for
        try:
            "".join(columns.values()).encode()
        except UnicodeEncodeError:
            name = next(name for name, cell in columns.items() if not _is_unicode(cell))
            return Row(row.number, {}, f"column {name!r} is not {self._told_encoding}", row.lines)
        return Row(row.number, columns, None, row.lines)


def _is_unicode(text: str) -> bool:
    """Whether none of its bytes was left as it stood in the file."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _skip_line(stream: _Readable) -> None:
    while (more := stream.readline(MAX_LINE_BYTES)) and not more.endswith(b"\n"):
        pass


def delimiter_hint(columns: Iterable[str]) -> str:
    """What to do where a header looks as if it were cut at the wrong letter; else nothing."""
    names = list(columns)
    found = next((letter for letter in _OTHER_DELIMITERS if len(names) == 1 and letter in names[0]), None)
    return "" if found is None else f". Its cells seem to be separated by {found!r}: a mapping can say so (delimiter)"

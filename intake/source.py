"""A file of lines: JSON Lines or CSV, plain or gzip, or standard input; read as a stream."""

import csv
import gzip
import json
import sys
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import IO, Any, NamedTuple, Protocol

from models.errors import WrongUse

STDIN = Path("-")
MAX_LINE_BYTES = 4 * 1024 * 1024

_BOM = b"\xef\xbb\xbf"


class _Readable(Protocol):
    def readline(self, size: int, /) -> bytes: ...


class Row(NamedTuple):
    """The columns of one line, or what is wrong with it. Values are texts; of JSON, anything."""

    number: int
    columns: dict[str, Any]  # Any: JSON
    error: str | None


class Source:
    """One file, or standard input; `name` is how the operator called it."""

    def __init__(self, path: Path) -> None:
        self.name = str(path)
        self._path = path
        self.bytes_total = path.stat().st_size if path.is_file() else 0
        self._file: IO[bytes] | None = None

    @property
    def bytes_read(self) -> int:
        """How far the file was read; compressed bytes of a compressed file."""
        if self._file is None:
            return 0
        return self.bytes_total if self._file.closed else self._file.tell()

    @property
    def is_csv(self) -> bool:
        """By its name; what is not CSV is JSON Lines."""
        return self._path.name.lower().removesuffix(".gz").endswith(".csv")

    def lines(self) -> Iterator[tuple[int, bytes | str]]:
        """Number and bytes of each line without its end; a text says why one cannot be read."""
        number = 0
        with self._open() as stream:
            try:
                while line := stream.readline(MAX_LINE_BYTES):
                    number += 1
                    if len(line) == MAX_LINE_BYTES and not line.endswith(b"\n"):
                        yield number, f"is longer than {MAX_LINE_BYTES} bytes"
                        _skip_line(stream)
                    else:
                        yield number, line.removesuffix(b"\n").removesuffix(b"\r")
            except (EOFError, OSError, zlib.error) as error:
                yield number + 1, f"the file cannot be read further: {error}"
            finally:
                if self._file is not None:
                    self._file.close()  # a compressed stream leaves it open

    def rows(self, delimiter: str = ",") -> Iterator[Row]:
        """The columns of each line that is not blank."""
        return self._csv_rows(delimiter) if self.is_csv else self._json_rows()

    def _open(self) -> AbstractContextManager[_Readable]:
        if self._path == STDIN:
            return nullcontext(sys.stdin.buffer)
        try:
            self._file = self._path.open("rb")
        except OSError as error:
            raise WrongUse(f"{self._path} cannot be read: {error.strerror}") from None
        if self._path.suffix.lower() == ".gz":
            return gzip.GzipFile(fileobj=self._file)
        return self._file

    def _json_rows(self) -> Iterator[Row]:
        for number, line in self.lines():
            if isinstance(line, str):
                yield Row(number, {}, line)
            elif line.strip():
                yield _json_row(number, without_bom(number, line))

    def _csv_rows(self, delimiter: str) -> Iterator[Row]:
        # Bytes that are not UTF-8 pass the CSV reader as surrogates and fail in their own row.
        reader = csv.reader(self._csv_lines(), delimiter=delimiter)
        header: list[str] | None = None
        while True:
            number = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except (csv.Error, _UnreadableError) as error:
                yield Row(number, {}, str(error))
                continue
            if header is None:
                header = self._check_header(cells)
            elif cells:
                yield _csv_row(number, header, cells)

    def _csv_lines(self) -> Iterator[str]:
        for number, line in self.lines():
            if isinstance(line, str):
                raise _UnreadableError(line)
            yield without_bom(number, line).decode(errors="surrogateescape") + "\n"

    def _check_header(self, header: list[str]) -> list[str]:
        names = [name.strip() for name in header]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise WrongUse(f"{self.name}: the header names a column twice: {', '.join(map(repr, twice))}")
        try:
            "".join(names).encode()
        except UnicodeEncodeError:
            raise WrongUse(f"{self.name}: the header is not UTF-8") from None
        return names


class _UnreadableError(Exception):
    """The rest of a CSV file cannot be read."""


def without_bom(number: int, line: bytes) -> bytes:
    """The line without the mark that some programs put before the first one."""
    return line.removeprefix(_BOM) if number == 1 else line


def _skip_line(stream: _Readable) -> None:
    while (more := stream.readline(MAX_LINE_BYTES)) and not more.endswith(b"\n"):
        pass


def _json_row(number: int, line: bytes) -> Row:
    try:
        columns = json.loads(line.decode())
    except UnicodeDecodeError as error:
        return Row(number, {}, f"is not UTF-8 (byte {error.start + 1} of the line)")
    except (ValueError, RecursionError) as error:
        return Row(number, {}, f"is not JSON: {str(error)[:200]}")
    if not isinstance(columns, dict):
        return Row(number, {}, "is not a JSON object")
    return Row(number, columns, None)


def _cells(count: int) -> str:
    return "1 cell" if count == 1 else f"{count} cells"


def _csv_row(number: int, header: list[str], cells: list[str]) -> Row:
    if len(cells) != len(header):
        return Row(number, {}, f"has {_cells(len(cells))}, the header has {_cells(len(header))}")
    columns = dict(zip(header, cells, strict=True))
    for name, cell in columns.items():
        try:
            cell.encode()
        except UnicodeEncodeError:
            return Row(number, {}, f"column {name!r} is not UTF-8")
    return Row(number, columns, None)

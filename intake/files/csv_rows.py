"""Rows of a CSV: below its preamble, by its header, without its trailer."""

import re
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from itertools import chain

from intake.files.cells import CellReader, Cells, TextLine
from intake.files.header import REPEATED, Header, TopRow, find_header, named
from intake.files.lines import MARK, Lines
from intake.files.reading import UTF_8, Reading, is_unicode
from intake.files.row import Row
from intake.files.trailer import Trailer
from models.errors import WrongUse

_SEPARATOR = re.compile(r'"?sep=(.)"?', re.IGNORECASE)


class CsvRows:
    """The rows of one CSV, once. `header` is known when the first row is."""

    def __init__(self, name: str, lines: Lines, reading: Reading, delimiter: str) -> None:
        self._name = name
        self._lines = lines
        self._reading = reading
        self._delimiter = delimiter
        self._trailer = Trailer(reading.trailer) if reading.trailer is not None else None
        self._has_odd_bytes = False
        self.header: Header | None = None

    def __iter__(self) -> Iterator[Row]:
        """Raises WrongUse for a header or an encoding that does not fit."""
        with closing(self._text_lines()) as lines:  # a caller that stops early leaves no file open
            yield from self._rows(lines)

    def _rows(self, texts: Iterable[TextLine]) -> Iterator[Row]:
        lines = self._without_separator(line for line in texts if line.number > self._reading.skip)
        if self._trailer is not None:
            lines = self._trailer.cut_off(lines, self._delimiter)
        reader = CellReader(lines, self._delimiter, self._reading.quotes)
        self.header = header = self._header(reader)
        if header is None:
            yield Row(1, {}, "is empty: there is no header")
            return
        names, width, count, number = header.names, len(header.names), 0, header.number
        first = header.cells[0] if header.cells else None
        while (row := reader.next(width)) is not None:
            if not count and header.is_underlined(row.cells):
                continue
            count, number = count + 1, row.number
            if row.error is not None:
                yield Row(row.number, {}, row.error, row.lines)
            elif row.cells[0] == first and header.is_repeated(row.cells):
                yield Row(row.number, {}, REPEATED, row.lines)
            else:
                yield self._row(names, row)
        fault = self._trailer.fault(count) if self._trailer is not None else None
        if fault is not None:
            yield Row(number + 1, {}, fault)

    def _header(self, reader: CellReader) -> Header | None:
        if self._reading.header is not None:
            return Header(0, named(list(self._reading.header)))
        header = find_header(self._name, _tops(reader), self._reading.wanted)
        if header is None:
            return None
        try:
            "".join(header.names).encode()
        except UnicodeEncodeError:
            raise WrongUse(f"{self._name}: the header is not {encoding_text(self._reading)}") from None
        return header

    def _without_separator(self, lines: Iterable[TextLine]) -> Iterator[TextLine]:
        """Without the line that tells a spreadsheet what separates the cells."""
        rest, blank = iter(lines), []
        for line in rest:
            if line.error is None and not line.text.strip():
                blank.append(line)
                continue
            declared = _SEPARATOR.fullmatch(line.text.strip()) if line.error is None else None
            if declared is None:
                return chain(blank, [line], rest)
            self._delimiter = self._reading.delimiter or declared[1]
            break
        return chain(blank, rest)

    def _text_lines(self) -> Generator[TextLine, None, None]:
        # Bytes that do not fit the encoding pass the CSV reader as surrogates and fail in their own row.
        for number, line in self._lines:
            if isinstance(line, str):
                yield TextLine(number, "", line)
                continue
            # Where files were put one behind the other, each began with its mark.
            bare = self._lines.without_mark(number, line) if number == 1 else line.removeprefix(MARK)
            try:
                yield TextLine(number, bare.decode())
            except UnicodeDecodeError:
                self._has_odd_bytes = True
                yield TextLine(number, bare.decode(errors="surrogateescape"))

    def _row(self, names: list[str], row: Cells) -> Row:
        columns = dict(zip(names, row.cells, strict=True))
        columns.pop("", None)
        if self._has_odd_bytes:
            odd = next((name for name, cell in columns.items() if not is_unicode(cell)), None)
            if odd is not None:
                return Row(row.number, {}, f"column {odd!r} is not {encoding_text(self._reading)}", row.lines)
        return Row(row.number, columns, None, row.lines)


def encoding_text(reading: Reading) -> str:
    """How an encoding is called in a message."""
    return "UTF-8 (for another encoding see docs/mapping.md)" if reading.encoding == UTF_8 else reading.encoding


def _tops(reader: CellReader) -> Iterator[TopRow]:
    while (row := reader.next()) is not None:
        yield TopRow(row.number, row.cells, row.error)

"""Cells of a CSV: rows that may span lines, and what stands behind a quotation mark that is never closed."""

import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Literal, NamedTuple

MAX_ROW_LETTERS = 4 * 1024 * 1024

_LETTERS = re.compile(r"[^\W\d_]+")
_DIGITS = re.compile(r"\d+")


class TextLine(NamedTuple):
    """One line of the file without its end, or what is wrong with it."""

    number: int
    text: str
    error: str | None = None


class Cells(NamedTuple):
    """One row: the line in which it begins, how many it spans, its cells or what is wrong with it."""

    number: int
    lines: int
    cells: list[str]
    error: str | None = None


class CellReader:
    """Reads rows one by one. Of a row that is wrong only the first line is used up: the others are read on their own,
    because a quotation mark that was never closed takes in the rows behind it.
    """

    def __init__(self, lines: Iterable[TextLine], delimiter: str, quotes: bool = True) -> None:
        self._lines = iter(lines)
        self._ahead: deque[TextLine] = deque()
        self._taken: list[TextLine] = []
        self._letters = 0
        self._delimiter = delimiter
        quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if quotes else csv.QUOTE_NONE
        self._plain = csv.reader(self, delimiter=delimiter, strict=True, quoting=quoting)
        self._may_be_spaced = quotes and delimiter != " "
        self._spaced = csv.reader(self, delimiter=delimiter, strict=True, skipinitialspace=self._may_be_spaced)

    def next(self, width: int | None = None) -> Cells | None:
        """The next row that is not blank, of `width` cells; None at the end."""
        while True:
            reader = self._reader_of_next()
            self._taken, self._letters = [], 0
            try:
                cells = next(reader)
            except StopIteration:
                return None
            except (csv.Error, _UnreadableError) as error:
                if self._is_of_several_rows(width):
                    continue
                return self._refused(_render(str(error), len(self._taken)))
            if not cells:
                continue
            if width is not None and len(cells) != width:
                if any(map(str.strip, cells[width:])) or len(cells) < width:
                    return self._refused(f"has {_count(len(cells))}, the header has {_count(width)}")
                cells = cells[:width]  # what ends each row, and not the header
            swallowed = self._swallowed(cells)
            if swallowed is not None:
                return self._refused(f"a quotation mark opens here that takes in line {swallowed}, a row of its own")
            return Cells(self._taken[0].number, len(self._taken), cells)

    def __iter__(self) -> "CellReader":
        return self

    def __next__(self) -> str:
        """The next line, for the CSV reader."""
        line = self._ahead.popleft() if self._ahead else next(self._lines)
        self._taken.append(line)
        self._letters += len(line.text)
        if line.error is not None:
            raise _UnreadableError(line.error if len(self._taken) == 1 else _UNCLOSED)
        if self._letters > MAX_ROW_LETTERS:
            raise _UnreadableError(f"{_UNCLOSED} within {MAX_ROW_LETTERS} letters")
        return line.text + "\n"

    def _reader_of_next(self) -> Iterator[list[str]]:
        # `S-1, "S-2"`: without its space the cell is quoted; with it, it would hold the marks.
        if not self._ahead:
            self._ahead.extend(islice(self._lines, 1))
        spaced = self._may_be_spaced and bool(self._ahead) and ' "' in self._ahead[0].text
        return self._spaced if spaced else self._plain

    def _refused(self, error: str) -> Cells:
        first, *others = self._taken
        self._ahead.extendleft(reversed(others))
        return Cells(first.number, len(self._taken), [], error)

    def _is_of_several_rows(self, width: int | None) -> bool:
        """Whether a line holds rows whose breaks are CR alone, among others; they are read next."""
        first = self._taken[0]
        pieces = first.text.split("\r") if width is not None and len(self._taken) == 1 else []
        rows = [piece for piece in pieces if piece.strip()]
        if len(rows) < 2 or not all(_is_row(row, self._delimiter, width) for row in rows):
            return False
        self._ahead.extendleft(TextLine(first.number, row) for row in reversed(rows))
        return True

    def _swallowed(self, cells: list[str]) -> int | None:
        """The line inside of a row that is built like the row, or like its own first line: both would be rows."""
        if len(self._taken) == 1:
            return None
        first, whole = self._shapes(self._taken[0].text), list(map(_shape, cells))
        last = max((place for place, cell in enumerate(cells) if "\n" in cell), default=0)
        for line in self._taken[1:]:
            shapes = self._shapes(line.text)
            # What stands behind the last break of a row are the row's own cells: only those before it can be another's.
            ends = line is self._taken[-1] and len(shapes) == len(whole)
            if _alike(first, shapes) or (_begins_alike(whole, shapes, last) if ends else _alike(whole, shapes)):
                return line.number
        return None

    def _shapes(self, text: str) -> list[str]:
        return list(map(_shape, text.replace('"', "").split(self._delimiter)))


class _UnreadableError(Exception):
    """A line that no row can be made of."""


_UNCLOSED = "a quotation mark opens here and is not closed"


def _render(error: str, lines: int) -> str:
    if error.startswith("unexpected end"):
        return f"{_UNCLOSED} until the end of the file"
    if error.startswith("field larger"):
        return f"{_UNCLOSED}: {error}" if lines > 1 else error
    if "expected after" in error:
        return "there is text behind a closing quotation mark"
    if error.startswith("new-line character"):
        return "a line break (CR) stands outside of quotation marks"
    return error


def _is_row(text: str, delimiter: str, width: int | None) -> bool:
    try:
        return [len(cells) for cells in csv.reader([text], delimiter=delimiter, strict=True)] == [width]
    except csv.Error:
        return False


def _alike(one: list[str], other: list[str]) -> bool:
    """Whether two lines have the same number of cells, and at least half of them are built alike, one with digits."""
    if len(one) != len(other):
        return False
    same = [shape for shape, there in zip(one, other, strict=True) if shape and shape == there]
    return len(same) >= 2 and 2 * len(same) >= sum(map(bool, other)) and any("9" in shape for shape in same)


def _begins_alike(one: list[str], other: list[str], cells: int) -> bool:
    """Whether the first cells of two rows are built alike, one with digits."""
    return one[:cells] == other[:cells] and any("9" in shape for shape in one[:cells])


def _shape(cell: str) -> str:
    return _DIGITS.sub("9", _LETTERS.sub("a", cell.strip()))


def _count(cells: int) -> str:
    return "1 cell" if cells == 1 else f"{cells} cells"

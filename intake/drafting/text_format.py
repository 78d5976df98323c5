"""How the cells of a text are laid out: what separates them, and where the header stands."""

import csv
import io
import re
from collections import Counter
from typing import NamedTuple

from intake.drafting.header_row import header_row
from intake.files.header import named

_DELIMITERS = (",", ";", "\t", "|", "^", "~", "\x1f")
_SEPARATOR = re.compile(r'\s*"?sep=(.)"?\s*[\r\n]', re.IGNORECASE)
_ROWS_LOOKED_AT = 400


class Layout(NamedTuple):
    """How the cells of a text are laid out. `header_row` counts from 1 among its rows; 0: there is no header."""

    delimiter: str
    width: int
    header_row: int
    names: list[str]


def guess_layout(text: str) -> Layout:
    """What separates the cells of a text, and which of its first rows is the header."""
    declared = _SEPARATOR.match(text)
    if declared is not None:
        text = text[declared.end() :]
    layouts = [_layout(text, delimiter) for delimiter in ([declared[1]] if declared else _DELIMITERS)]
    _, layout = max(layouts, key=lambda scored: scored[0])
    return layout


def _layout(text: str, delimiter: str) -> tuple[tuple[float, int], Layout]:
    """A layout and how well it fits: the share of rows that are as wide as most are, then how wide."""
    rows = _rows(text, delimiter)
    wide = Counter(len(row) for row in rows if row)
    if not wide:
        return (0.0, 0), Layout(delimiter, 0, 0, [])
    width, count = max(wide.items(), key=lambda pair: (pair[1] * (pair[0] > 1), pair[0]))
    filled = max(len(_bare(row)) for row in rows if len(row) == width)  # each row may end in one that is empty
    row = header_row([row if len(row) == width or len(_bare(row)) == filled else [] for row in rows])
    names = named([cell.strip() for cell in rows[row - 1]]) if row else []
    share = count / sum(wide.values()) if width > 1 else 0.0
    return (share + (0.5 if row and width > 1 else 0.0), width), Layout(delimiter, width, row, names)


def _bare(row: list[str]) -> list[str]:
    """A row without the empty cells at its end."""
    length = max((place for place, cell in enumerate(row, 1) if cell.strip()), default=0)
    return row[:length]


def _rows(text: str, delimiter: str) -> list[list[str]]:
    found: list[list[str]] = []
    escape = "\\" if '\\"' in text and '""' not in text else None  # no mapping reads it: its rows are errors
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, escapechar=escape)
    try:
        for row in reader:
            found.append(row)
            if len(found) >= _ROWS_LOOKED_AT:
                break
    except csv.Error:
        pass  # what could be read says enough, or too little to be chosen
    return found

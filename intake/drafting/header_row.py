"""Which of the first rows of a table is its header: the last one of names above rows of values."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

HEADER_WITHIN = 60

_MOST_LETTERS_TO_A_DIGIT = 3
_DIGIT, _LETTER = re.compile(r"\d"), re.compile(r"[^\W\d_]")
_NUMBER = re.compile(r"[-+$£€]?[\d.,:/ -]+%?")

Cells = Sequence[str]


def header_row(rows: Sequence[Cells]) -> int:
    """Counts from 1. 0: there is none.

    Columns whose lower rows hold digits tell: a header has names there, also below a cover, and below a row of groups
    that stands above it. Where no column does, it is the first row of names of which none stands twice.
    """
    top = rows[:HEADER_WITHIN]
    valued = valued_columns(rows)
    if not valued:
        return _first_of_names(top)
    begin = _begin_of_values(rows, valued)
    named = [place for place, row in enumerate(top[:begin], 1) if _names_columns(row, valued)]
    return named[-1] if named else 0


def valued_columns(rows: Sequence[Cells]) -> list[int]:
    """The columns in which most cells of the lower half are values: numbers, times, references."""
    filled_rows = [row for row in rows if any(map(str.strip, row))]
    if len(filled_rows) < 2:
        return []
    filled: Counter[int] = Counter()
    values: Counter[int] = Counter()
    for row in filled_rows[-((len(filled_rows) + 1) // 2) :]:
        for place, cell in enumerate(row):
            filled[place] += bool(cell.strip())
            values[place] += _is_value(cell)
    return [place for place in sorted(filled) if values[place] and 2 * values[place] >= filled[place]]


def _begin_of_values(rows: Sequence[Cells], valued: Sequence[int]) -> int:
    """The first row of values that another follows, or the last row of values."""
    held = [2 * sum(_is_value(_cell(row, place)) for place in valued) > len(valued) for row in rows]
    followed = (place for place, (one, other) in enumerate(pairwise(held)) if one and other)
    last = next((place for place in range(len(rows) - 1, -1, -1) if held[place]), len(rows))
    return next(followed, last)


def _names_columns(row: Cells, valued: Sequence[int]) -> bool:
    names = _names(row)
    if len(names) < 2 or 2 * len(names) <= len(row) or 2 * len(set(names)) <= len(names):
        return False
    return 2 * sum(_is_name(_cell(row, place)) for place in valued) > len(valued)


def _first_of_names(rows: Sequence[Cells]) -> int:
    for place, row in enumerate(rows, 1):
        names = _names(row)
        is_header = len(names) > 1 and len(set(names)) == len(names) and 2 * len(names) > len(row)
        if is_header and all(map(_is_name, names)):
            return place
        if is_header:
            return 0  # rows of values come first: there is no header
    return 0


def _names(row: Cells) -> list[str]:
    return [cell.strip() for cell in row if cell.strip()]


def _cell(row: Cells, place: int) -> str:
    return row[place] if place < len(row) else ""


def _is_name(cell: str) -> bool:
    """Whether it has letters, and is no number or time."""
    letters = len(_LETTER.findall(cell))
    return letters > 0 and not _NUMBER.fullmatch(cell) and len(_DIGIT.findall(cell)) <= letters


def _is_value(cell: str) -> bool:
    """Whether it has digits, and not as names have them: `Victim 1`."""
    digits = len(_DIGIT.findall(cell))
    return digits > 0 and len(_LETTER.findall(cell)) <= _MOST_LETTERS_TO_A_DIGIT * digits

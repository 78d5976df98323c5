"""How a text file is written, decided by its bytes: encoding, what separates the cells, where the header stands."""

import csv
import io
import re
from collections import Counter
from typing import NamedTuple

from intake.drafting.header_row import header_row
from intake.files.header import named

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe\x00\x00", "utf-32"), (b"\x00\x00\xfe\xff", "utf-32"),
         (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))  # fmt: skip
_DELIMITERS = (",", ";", "\t", "|", "^", "~", "\x1f")
_SEPARATOR = re.compile(r'\s*"?sep=(.)"?\s*[\r\n]', re.IGNORECASE)
_COMMON = frozenset("äöüÄÖÜßéèêëàâáíóúñçãõôîïåøæœÉÈÀÇÑÅØÆ£€§°\u2013\u2014\u2019\u2018\u201c\u201d\u2026")
_ROWS_LOOKED_AT = 400


class Layout(NamedTuple):
    """How the cells of a text are laid out. `header_row` counts from 1 among its rows; 0: there is no header."""

    delimiter: str
    width: int
    header_row: int
    names: list[str]


def guess_encoding(content: bytes) -> tuple[str, str]:
    """The encoding of all of a file, and why; where bytes alone do not tell, with words by which a person can."""
    for mark, name in _BOMS:
        if content.startswith(mark):
            return name, "it begins with its mark"
    zeros = content[:4096].count(0)
    if zeros > len(content[:4096]) // 5:
        name = "utf-16-le" if content[:4096:2].count(0) < zeros - content[:4096:2].count(0) else "utf-16-be"
        return name, "every other byte is 0"
    try:
        content.decode()
    except UnicodeDecodeError:
        return _single_byte(content)
    return "utf-8", "every byte fits it"


def _single_byte(content: bytes) -> tuple[str, str]:
    sample = b"\n".join([line for line in content.splitlines() if not line.isascii()][:500])
    best = max(("cp1252", "cp850", "mac_roman"), key=lambda name: _plausible(sample, name))
    words = dict.fromkeys(re.findall(r"[A-Za-z]*[^\x00-\x7f]+\w*", sample.decode(best, errors="replace")))
    return best, f"it is not UTF-8, and no file says which else; look at its words: {', '.join([*words][:5])}"


def _plausible(sample: bytes, name: str) -> int:
    letters = [letter for letter in sample.decode(name, errors="replace") if not letter.isascii()]
    return sum(2 if letter in _COMMON else 1 if letter.isalpha() else -2 for letter in letters)


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

"""The last line of a file that tells how many rows there are, as `trailer` of a mapping takes it."""

import re
from typing import Protocol

from intake.files.reading import Reading
from intake.files.row import Row

_NUMBER = re.compile(r"(?<![\w.:/-])\d{1,3}(?:[,.' ]?\d{3})*(?![\w:/-]|[.,]\d)")
_MOST_CELLS = 3


class _Looked(Protocol):
    rows: int
    last_line: str

    @property
    def last(self) -> Row | None: ...

    @property
    def reading(self) -> Reading: ...


def trailer_of(found: _Looked) -> str | None:
    """The shape of the last line, if it is no row of the table; None where it is one, or tells no number of rows."""
    last = found.last
    if last is None:
        return None
    delimiter = found.reading.delimiter or ","
    if last.error is not None:
        cells, rows = found.last_line.split(delimiter), found.rows
    else:
        cells, rows = [str(cell) for cell in last.columns.values()], found.rows - 1
    filled = [cell.strip() for cell in cells if cell.strip()]
    if len(filled) > _MOST_CELLS or (last.error is None and 2 * len(filled) >= len(cells)):
        return None
    line = delimiter.join(filled) if last.error is None else found.last_line.strip(f' "\t{delimiter}')
    number = next((one for one in _NUMBER.finditer(line) if int(re.sub(r"\D", "", one[0])) == rows), None)
    return None if number is None else f"{line[: number.start()]}{{rows}}{line[number.end() :]}"

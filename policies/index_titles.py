"""The titles of a harm index: what its codes mean, and in which line each stands; for people, never for scores."""

import csv
import io
from pathlib import Path
from typing import NamedTuple


class Title(NamedTuple):
    """The title of a code ("" where the index has none), and its line in the file."""

    line: int
    text: str


def read_titles(path: Path) -> dict[str, Title]:
    """The titles in an index file by code; the file must have been read as an index before. Raises OSError."""
    rows = csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline=""), strict=True)
    header = next(rows)
    code, title = header.index("code"), header.index("title") if "title" in header else None
    titles, line = {}, rows.line_num + 1
    for cells in rows:
        if cells:
            titles[cells[code]] = Title(line, "" if title is None else cells[title])
        line = rows.line_num + 1
    return titles

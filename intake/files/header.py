"""The header of a table: which row it is, below a cover or a preamble, and what its columns are called."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from models.errors import WrongUse

WITHIN_ROWS = 60
"""So many rows at the top are looked through for a header."""

_OTHER_DELIMITERS = (";", "\t", "|", ",")


class TopRow(NamedTuple):
    """One of the rows at the top of a table: its cells, or what is wrong with it."""

    number: int
    cells: list[str]
    error: str | None = None


class Header(NamedTuple):
    """The names of all columns in order, and the row in which they stand; 0 where a mapping gives them."""

    number: int
    names: list[str]


def find_header(file: str, rows: Iterator[TopRow], wanted: frozenset[str] | None) -> Header | None:
    """The first row that names all wanted columns; where none is asked for, the first. None: there is no row.

    Raises WrongUse where no row is it, naming what the likeliest one lacks.
    """
    seen: list[TopRow] = []
    for top in rows:
        if wanted is None or (top.error is None and wanted <= _column_names(top)):
            return Header(top.number, _names(file, top))
        seen.append(top)
        if len(seen) == WITHIN_ROWS:
            break
    if not seen:
        return None
    likeliest = max(seen, key=lambda top: len(_column_names(top) & (wanted or frozenset())))
    if likeliest is seen[0] or not _column_names(likeliest) & (wanted or frozenset()):
        likeliest = seen[0]
    require_columns(file, _names(file, likeliest), wanted or ())
    return Header(likeliest.number, likeliest.cells)


def require_columns(file: str, names: Iterable[str], wanted: Iterable[str]) -> None:
    """Raises WrongUse where one is missing."""
    there = list(names)
    missing = sorted(set(wanted).difference(there))
    if missing:
        raise WrongUse(
            f"{file} has no column {', '.join(map(repr, missing))}; it has {', '.join(map(repr, there))}"
            f"{delimiter_hint(there)}"
        )


def delimiter_hint(columns: Iterable[str]) -> str:
    """What to do where a header looks as if it were cut at the wrong letter; else nothing."""
    names = list(columns)
    found = next((letter for letter in _OTHER_DELIMITERS if len(names) == 1 and letter in names[0]), None)
    return "" if found is None else f". Its cells seem to be separated by {found!r}: a mapping can say so (delimiter)"


def named(names: list[str]) -> list[str]:
    """Columns without a name are called by their place: #1, #2, ..."""
    return [name or (f"#{place}" if f"#{place}" not in names else "") for place, name in enumerate(names, 1)]


def _column_names(top: TopRow) -> frozenset[str]:
    return frozenset(named([cell.strip() for cell in top.cells]))


def _names(file: str, top: TopRow) -> list[str]:
    if top.error is not None:
        raise WrongUse(f"{file}:{top.number}: the header cannot be read: {top.error}")
    names = [name.strip() for name in top.cells]
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise WrongUse(f"{file}: the header names a column twice: {', '.join(map(repr, twice))}")
    return named(names)

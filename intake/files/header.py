"""The header of a table: which row it is, below a cover or a preamble, and what its columns are called."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from models.errors import WrongUse

WITHIN_ROWS = 60
"""So many rows at the top are looked through for a header."""

REPEATED = "repeats the header: files seem to have been put one behind the other"
_LINE = frozenset("-=")
_OTHER_DELIMITERS = (";", "\t", "|", ",")


class TopRow(NamedTuple):
    """One of the rows at the top of a table: its cells, or what is wrong with it."""

    number: int
    cells: list[str]
    error: str | None = None


class Header(NamedTuple):
    """The names of all columns in order, and the row in which they stand; 0 where a mapping gives them.

    `cells` are as they stand there: a row that says the same is no row of data.
    """

    number: int
    names: list[str]
    cells: tuple[str, ...] = ()

    def is_repeated(self, cells: list[str]) -> bool:
        """Whether a row is this header once more, as where files were put one behind the other."""
        return bool(self.cells) and tuple(cell.strip() for cell in cells) == self.cells

    def is_underlined(self, cells: list[str]) -> bool:
        """Whether a row underlines the header, as where a tool prints a table for people."""
        return bool(self.cells and cells) and all(set(cell) <= _LINE and cell for cell in map(str.strip, cells))


def find_header(file: str, rows: Iterator[TopRow], wanted: frozenset[str] | None) -> Header | None:
    """The first row that names all wanted columns; where none is asked for, the first. None: there is no row.

    Raises WrongUse where no row is it, naming what the likeliest one lacks.
    """
    seen: list[TopRow] = []
    for top in rows:
        if wanted is None or (top.error is None and wanted <= _column_names(top)):
            return Header(top.number, _names(file, top), tuple(cell.strip() for cell in top.cells))
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
        twice = [name for name in missing if named_twice(name, there)]
        places = f". Several are called {', '.join(map(repr, twice))}: each is named by its place" if twice else ""
        raise WrongUse(
            f"{file} has no column {', '.join(map(repr, missing))}; it has {', '.join(map(repr, there))}"
            f"{places}{delimiter_hint(there)}"
        )


def delimiter_hint(columns: Iterable[str]) -> str:
    """What to do where a header looks as if it were cut at the wrong letter; else nothing."""
    names = list(columns)
    found = next((letter for letter in _OTHER_DELIMITERS if len(names) == 1 and letter in names[0]), None)
    return "" if found is None else f". Its cells seem to be separated by {found!r}: a mapping can say so (delimiter)"


def named(names: list[str]) -> list[str]:
    """Columns without a name are called by their place: #1, #2, ...; those of one name by it and their place: Sex#4."""
    counts, found = Counter(names), []
    for place, name in enumerate(names, 1):
        own = name if name and counts[name] == 1 else f"{name}#{place}"
        found.append("" if own != name and own in counts else own)
    return found


def named_twice(name: str, columns: Iterable[str]) -> bool:
    """Whether several of the columns are called so, and told apart by their places."""
    return any(column.startswith(f"{name}#") for column in columns)


def _column_names(top: TopRow) -> frozenset[str]:
    return frozenset(named([cell.strip() for cell in top.cells]))


def _names(file: str, top: TopRow) -> list[str]:
    if top.error is not None:
        raise WrongUse(f"{file}:{top.number}: the header cannot be read: {top.error}")
    return named([name.strip() for name in top.cells])

"""Columns that lie deep in a record: `suspect.id`, and `suspects[].id`, for each of which there is a report."""

import re
from collections.abc import Container, Iterable, Iterator
from typing import Any, NamedTuple

Columns = dict[str, Any]  # Any: JSON
_Prefix = tuple[str, ...]

MOST_REPORTS = 10_000

_LIST = "[]"
_UPS = re.compile(r"^(?:\.\./)+")


class _Path(NamedTuple):
    column: str
    steps: tuple[str, ...]
    gathers: bool
    """its texts are one list, where others have a report each"""

    decides: bool
    """whether the row is wanted: a list on the way to it is no empty cell"""


class NestedColumns:
    """The columns of a mapping that lie deep.

    `gathered` are those whose lists stay together, `deciding` those of conditions.
    """

    def __init__(self, columns: Iterable[str], gathered: Iterable[str] = (), deciding: Container[str] = ()) -> None:
        together = frozenset(gathered)
        self._paths = [
            _Path(column, _steps(column), column in together, column in deciding)
            for column in columns
            if is_path(column)
        ]
        lists = {prefix for path in self._paths if not path.gathers for prefix in _lists_of(path.steps)}
        self._lists: list[_Prefix] = sorted(lists, key=lambda prefix: (len(prefix), prefix))

    def __bool__(self) -> bool:
        return bool(self._paths)

    def of(self, columns: Columns) -> Iterator[Columns]:
        """The columns of each report of a record. Raises ValueError where there are too many."""
        places: list[dict[_Prefix, Any]] = [{(): columns}]  # Any: JSON
        for prefix in self._lists:
            places = [{**place, prefix: item} for place in places for item in _items(place, prefix)]
            if len(places) > MOST_REPORTS:
                raise ValueError(f"makes more than {MOST_REPORTS} reports")
        for place in places:
            found = {path.column: _found(place, path) for path in self._paths if path.column not in columns}
            yield {**columns, **found}


def is_path(column: str) -> bool:
    """Whether a column may lie deep in a record; one that is called so in full comes first."""
    return "." in _UPS.sub("", column) or _LIST in column


def _steps(column: str) -> tuple[str, ...]:
    """`a[].b` as a, [], b."""
    rest = _UPS.sub("", column)
    up = column[: len(column) - len(rest)]
    steps = [step for step in re.split(r"\.|(\[\])", rest) if step]
    return (up + steps[0], *steps[1:]) if steps else (column,)


def _lists_of(steps: tuple[str, ...]) -> list[_Prefix]:
    return [steps[: place + 1] for place, step in enumerate(steps) if step == _LIST]


def _items(place: dict[_Prefix, Any], prefix: _Prefix) -> list[Any]:  # Any: JSON
    """Each thing of a list; one that is no list is the only one, and an empty one is nothing."""
    value = _walk(*_nearest(place, prefix[:-1]))
    items = value if isinstance(value, list) else [value]
    return items or [None]


def _found(place: dict[_Prefix, Any], path: _Path) -> Any:  # Any: JSON
    start, rest = _nearest(place, path.steps)
    if not path.gathers:
        return _walk(start, rest, path.decides)
    value = list(_all(start, rest))
    return value or None


def _nearest(place: dict[_Prefix, Any], steps: tuple[str, ...]) -> tuple[Any, tuple[str, ...]]:  # Any: JSON
    """The thing of the innermost list on the way, and the steps from there."""
    for length in range(len(steps), 0, -1):
        if steps[:length] in place:
            return place[steps[:length]], steps[length:]
    return place[()], steps


def _walk(value: Any, steps: tuple[str, ...], as_far_as_a_list: bool = False) -> Any:  # Any: JSON
    for step in steps:
        if as_far_as_a_list and value and isinstance(value, list):
            return value
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _all(value: Any, steps: tuple[str, ...]) -> Iterator[Any]:  # Any: JSON
    if not steps:
        if value is not None:
            yield value
    elif steps[0] == _LIST:
        for item in value if isinstance(value, list) else [value]:
            yield from _all(item, steps[1:])
    elif isinstance(value, dict):
        yield from _all(value.get(steps[0]), steps[1:])

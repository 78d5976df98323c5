"""One row of a file: its columns, or what is wrong with it."""

from typing import Any, NamedTuple


class Row(NamedTuple):
    """The columns of one row, or what is wrong with it. Values are texts or None; of JSON, anything.

    `number` is its line; of a list of JSON and of XML its place among the records; of a spreadsheet its row.
    """

    number: int
    columns: dict[str, Any]  # Any: JSON
    error: str | None
    lines: int = 1
    """How many it spans; of a row that is wrong, all but the first are read on their own."""


class Moment(str):
    """A date or a time that a spreadsheet holds as such, in ISO 8601: no format says how it is written."""

    __slots__ = ()

"""A report in the making: its fields so far, and the row that it is made of."""

from typing import NamedTuple

from intake.files.row import Row
from intake.files.source import Source
from intake.line import Line, bad
from intake.mapping.fields import Fields, RowError
from intake.mapping.rules import FileRules
from models.instants import parse_instant

Offence = tuple[str, str]


class Draft(NamedTuple):
    """A report in the making; `order` is the place of its file and line."""

    source: Source
    row: Row
    order: tuple[int, int, int]
    rules: FileRules
    fields: Fields

    def bad(self, error: str) -> Line:
        """That its row is not sent."""
        return bad(self.source.name, self.row.number, error, self.row.lines)

    @property
    def offence(self) -> Offence:
        """What revisions are counted for."""
        return self.fields["offender_id"], self.fields["offence_id"]


def instant_of(fields: Fields, name: str) -> int:
    """Microseconds of a time. Raises RowError."""
    try:
        return parse_instant(fields.get(name))
    except ValueError as error:
        raise RowError(f"{name} {error}") from None

"""Files that hold the contract's own fields: JSON Lines as they are, CSV by its column names."""

import re
from collections.abc import Iterator
from typing import Any

from intake.files.header import delimiter_hint, named_twice
from intake.files.source import Source
from intake.ids import IDS, clean_id
from intake.line import Checker, Line, bad
from models.errors import WrongUse
from models.report import OffenceReport

VICTIM_SEPARATOR = ";"

_INTEGER = re.compile(r"[0-9]{1,16}")


def parse_wire_report(source: Source, checker: Checker, unchecked: bool) -> Iterator[Line]:
    """Every line of the source; of JSON Lines, blank ones only where nothing is checked."""
    if source.is_table:
        yield from _read_csv(source, checker)
        return
    for number, line in source.lines():
        if isinstance(line, str):
            yield bad(source.name, number, line)
        elif unchecked:
            yield checker.original(source.name, number, line)
        elif line.strip():
            yield checker.original(source.name, number, source.without_mark(number, line))


def convert(field: str, text: str) -> Any:  # Any: the type of the field
    """The value of a contract field from its text; what is no integer is left for decode to refuse."""
    if field == "revision":
        return int(text) if _INTEGER.fullmatch(text) else text
    if field == "victim_ids":
        return [victim.strip() for victim in text.split(VICTIM_SEPARATOR) if victim.strip()]
    return text


def _read_csv(source: Source, checker: Checker) -> Iterator[Line]:
    required = [name for name, field in OffenceReport.model_fields.items() if field.is_required()]
    for row in source.rows():
        if row.error is not None:
            yield bad(source.name, row.number, row.error, row.lines)
            continue
        twice = [name for name in OffenceReport.model_fields if named_twice(name, row.columns)]
        if twice:
            raise WrongUse(f"{source.name}: the header names a column twice: {', '.join(map(repr, twice))}")
        missing = [name for name in required if name not in row.columns]
        if missing:
            raise WrongUse(
                f"{source.name}: the header lacks {', '.join(missing)}; "
                f"columns with other names need a mapping (--mapping){delimiter_hint(row.columns)}"
            )
        columns = {name: clean_id(text) if name in IDS else text for name, text in row.columns.items()}
        fields = {name: convert(name, columns[name]) for name in OffenceReport.model_fields if columns.get(name)}
        yield checker.contract(source.name, row.number, fields, row.lines)

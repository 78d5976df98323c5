"""`harmwatch mapping check`: the first rows of a file before and after its mapping; no Kafka is needed."""

import json
import sys
import time
from itertools import islice
from pathlib import Path
from typing import Any

import click
from pydantic import JsonValue

from cli.output import json_option, show
from cli.paths import ANY
from intake.files.row import Row
from intake.intake import Intake
from intake.line import Line
from intake.mapping.file import load_mapping
from intake.mapping.rules import Mapping
from models.errors import WrongUse
from sight.document import Document
from sight.printable import printable

ROWS = 10

_Place = tuple[str, int]
_LONGEST = 60
_NOTHING = "is not sent: where or unless leave it out, or (of a register) a row before it says the same"


class CheckedRow(Document):
    """A row of a file: the columns that the mapping reads, and the reports or errors that come of it."""

    file: str
    line: int
    before: dict[str, JsonValue]
    reports: tuple[dict[str, JsonValue], ...]
    errors: tuple[str, ...]


class CheckDocument(Document):
    """The first rows of a file before and after; `gathered_or_merged`: when it is sent, rows come together."""

    file: str
    mapping: str
    rows: tuple[CheckedRow, ...]
    gathered_or_merged: bool


DOCUMENT = CheckDocument


@click.command()
@click.argument("file", type=click.Path(path_type=str))
@click.option("--mapping", "rules", type=ANY, required=True, help="As for ingest.")
@click.option("--rows", type=click.IntRange(1, 1000), default=10, show_default=True, help="How many of each file.")
@json_option
def command(file: str, rules: Path, rows: int, as_json: bool) -> None:
    """Shows the first rows of FILE before and after its mapping; ends with 1 where one would not be sent."""
    document = check_mapping(file, rules, rows)
    show(document, as_json, render_check)
    sys.exit(0 if check_is_clean(document) else 1)


def check_mapping(file: str, mapping: Path, rows: int = ROWS) -> CheckDocument:
    """The first rows of each file, and what becomes of each of them. Raises WrongUse."""
    if file == "-":
        raise WrongUse("standard input is read once, and a check reads twice: name a file")
    rules = load_mapping(mapping)
    alone = _each_alone(rules)
    intake = Intake([Path(file)], alone, time.time_ns() // 1000, unchecked=False)
    before = {(source.name, row.number): row for source in intake.sources for row in islice(source.rows(), rows)}
    after = _after(intake, before)
    read = frozenset(column for part in rules.file for column in part.columns)
    shown = [_shown(place, row, after.get(place, []), read) for place, row in before.items()]
    return CheckDocument(file=file, mapping=str(mapping), rows=tuple(shown), gathered_or_merged=alone != rules)


def check_is_clean(document: CheckDocument) -> bool:
    """Whether every row that is shown would be sent, or is left out by the mapping's own word."""
    return not any(one.errors for one in document.rows)


def render_check(document: CheckDocument) -> str:
    """Each row: what is read of it, and what comes of it."""
    lines = [line for row in document.rows for line in _render(row)]
    sent = sum(len(row.reports) for row in document.rows)
    lines.append(f"{len(document.rows)} rows: {sent} reports, {sum(len(row.errors) for row in document.rows)} errors")
    if document.gathered_or_merged:
        lines.append("each row is shown by itself: nothing was gathered or merged, as it is when the file is sent")
    return "\n".join(lines)


def _each_alone(rules: Mapping) -> Mapping:
    files = [part.model_copy(update={"gather": None}) for part in rules.file]
    return rules.model_copy(update={"merge": False, "file": files})


def _after(intake: Intake, before: dict[_Place, Row]) -> dict[_Place, list[Line]]:
    """What comes of the rows; nothing is read behind the last of them."""
    last = {name: max(number for file, number in before if file == name) for name, _ in before}
    found: dict[_Place, list[Line]] = {}
    lines = iter(intake)
    for line in lines:
        place = (line.file, line.number)
        if place in before:
            found.setdefault(place, []).append(line)
        elif line.file == list(last)[-1] and line.number > last[line.file]:
            break
    return found


def _shown(place: _Place, row: Row, lines: list[Line], read: frozenset[str]) -> CheckedRow:
    columns = {name: value for name, value in row.columns.items() if name in read or isinstance(value, dict | list)}
    return CheckedRow(
        file=place[0],
        line=place[1],
        before=columns,
        reports=tuple(json.loads(line.value) for line in lines if line.value is not None),
        errors=tuple(line.error for line in lines if line.error is not None),
    )


def _render(row: CheckedRow) -> list[str]:
    lines = [f"{printable(row.file)}:{row.line}"]
    width = max(map(len, row.before), default=0)
    lines += [f"    {printable(name):<{width}}  {_short(value)}" for name, value in row.before.items()]
    for report in row.reports:
        lines.append("  becomes")
        lines += [f"    {name:<11}  {_short(value)}" for name, value in report.items()]
    lines += [f"  is not sent: {printable(error)}" for error in row.errors]
    return lines if row.reports or row.errors else [*lines, f"  {_NOTHING}"]


def _short(value: Any) -> str:  # Any: JSON
    text = printable(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."

"""Files of another system, and the lines that a mapping makes of them."""

import json
from pathlib import Path
from typing import Any

import pytest

from intake.intake import Intake
from intake.line import Line
from intake.mapping.file import load_mapping
from models.decode import Report, decode
from models.errors import WrongUse
from models.instants import parse_instant

PROJECT = Path(__file__).parents[2]
NOW = parse_instant("2025-06-01T00:00:00Z")

FIELDS = """
[file.fields]
type = { value = "offence.reported" }
event_id = "id"
offence_id = "id"
offender_id = "who"
code = "what"
occurred_at = "when"
recorded_at = "when"
"""
CHANGES = """
[[file]]
pattern = "changes*"
[file.fields]
type = { value = "offence.amended" }
event_id = { template = "{offence_id}/{revision}" }
offence_id = "id"
offender_id = "who"
revision = { running = true }
code = { column = "what", original = true }
occurred_at = { original = true }
reported_at = { original = true }
recorded_at = { column = "when", not_before_original = true }
"""
TWO_FILES = (
    "merge = true\n[[file]]\npattern = 'events*'"
    + FIELDS
    + "revision = { running = true }\nreported_at = 'when'\n"
    + CHANGES
)

UPDATED = "[[file]]" + FIELDS + "reported_at = 'when'\nrevision = { column = 'changed', instant = true"


def a_row(**changes: Any) -> dict[str, Any]:  # Any: JSON
    return {"id": "c1", "who": "o1", "what": "x", "when": "2025-01-01T00:00:00Z"} | changes


def a_file(folder: Path, *rows: dict[str, Any] | str, name: str = "events.jsonl") -> Path:  # Any: JSON
    path = folder / name
    path.write_text(
        "".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows), encoding="utf-8"
    )
    return path


def an_intake(mapping: str, *paths: Path, unchecked: bool = False) -> Intake:
    file = paths[0].parent / "a.mapping.toml"
    file.write_text(mapping, encoding="utf-8")
    return Intake(paths, load_mapping(file), NOW, unchecked)


def lines_of(mapping: str, *paths: Path, unchecked: bool = False) -> list[Line]:
    return list(an_intake(mapping, *paths, unchecked=unchecked))


def reports_of(mapping: str, *paths: Path) -> list[Report]:
    return [report_of(line) for line in lines_of(mapping, *paths)]


def report_of(line: Line) -> Report:
    assert line.error is None
    return decode(line.key, line.value, NOW)


def faults_of(folder: Path, mapping: str) -> str:
    with pytest.raises(WrongUse) as wrong:
        lines_of(mapping, a_file(folder, a_row()))
    return str(wrong.value)

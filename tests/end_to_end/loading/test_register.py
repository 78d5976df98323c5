"""A register that comes as a whole every week: the board follows it, and a file that was cut clears nobody."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.installation import Installation

pytestmark = pytest.mark.stack
MAPPING = """
timezone = "UTC"
snapshot = { withdraw = true }
[[file]]
[file.fields]
type = { value = "offence.reported" }
event_id = { template = "{offence_id}/{offender_id}/{revision}" }
offence_id = "Case"
offender_id = "Suspect"
occurred_at = "When"
reported_at = "When"
recorded_at = "When"
code = "Code"
source = { value = "register" }
"""
HEADER = "Case,Suspect,When,Code"


@pytest.fixture
def installation(stack_environment: dict[str, str], tmp_path: Path) -> Installation:
    tmp_path.joinpath("m.toml").write_text(MAPPING)
    return Installation(stack_environment, tmp_path, 2, clock="event")


def send(installation: Installation, *rows: str, code: int = 0) -> Any:  # Any: JSON
    file = installation.folder / "register.csv"
    file.write_text("\n".join([HEADER, *rows, ""]))
    words = ["ingest", str(file), "--mapping", str(installation.folder / "m.toml"), "--json"]
    said = installation.say(*words)
    assert said.code == code, said.errors
    return json.loads(said.output)


def told(document: dict[str, Any]) -> tuple[int, ...]:
    return tuple(document[name] for name in ("sent", "unchanged", "gone", "withdrawn"))


def test_the_topic_follows_a_register_week_by_week_and_a_cut_file_withdraws_nothing(installation: Installation) -> None:
    rows = [f"C-{number},S-{number},2026-01-0{1 + number % 9}T10:00:00,8N.8.6.0" for number in range(40)]
    assert told(send(installation, *rows)) == (40, 0, 0, 0)
    assert told(send(installation, *rows)) == (0, 40, 0, 0)
    changed = rows[1].replace("8N.8.6.0", "19C.19.8.0")
    assert told(send(installation, changed, *rows[2:])) == (1, 38, 1, 1)
    cut = send(installation, changed, *rows[2:20], code=1)
    assert told(cut) == (0, 19, 20, 0)
    assert "more than 5 %" in cut["not_withdrawn"]
    wrong = send(installation, changed, *rows[2:39], rows[39].replace("S-39", "NULL"), code=1)
    assert told(wrong) == (0, 38, 1, 0)
    assert "rows were refused" in wrong["not_withdrawn"]
    assert told(send(installation, *rows)) == (2, 38, 0, 0)
    reports = [json.loads(record.value) for record in installation.read("offences.v1")]
    first = sorted((each["revision"], each["type"]) for each in reports if each["offence_id"] == "C-0")
    assert first == [(1, "offence.reported"), (2, "offence.withdrawn"), (3, "offence.reported")]

"""A later extract is the later word: what it corrects reaches the board, and what it does is said beforehand."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.end_to_end.installation import HARMWATCH, ROOT, Installation
from tests.end_to_end.troubleshooting import said_as_documented

pytestmark = pytest.mark.stack
MAPPING = """
timezone = "UTC"
[[file]]
[file.fields]
type = { value = "offence.reported" }
event_id = { template = "{offence_id}/{offender_id}/{revision}" }
offence_id = "Incident"
offender_id = "Suspect"
revision = { column = "Updated", instant = true }
occurred_at = "When"
reported_at = "When"
recorded_at = "Updated"
code = "Code"
status = { column = "Status", default = "reported" }
source = { value = "eastmere" }
"""
RUNNING = MAPPING.replace('{ column = "Updated", instant = true }', "{ running = true }")
HEADER = "Incident,Suspect,When,Updated,Code,Status"
JANUARY = [
    "I-1,S-1,2026-01-01T10:00:00,2026-01-01T10:00:00,19C.19.8.0,reported",
    "I-2,S-2,2026-01-02T10:00:00,2026-01-02T10:00:00.000001,8N.8.6.0,reported",
    "I-3,S-3,2026-01-03T10:00:00,2026-01-03T10:00:00,8N.8.6.0,reported",
]
FEBRUARY = [
    JANUARY[0].replace("2026-01-01T10:00:00,19C", "2026-02-01T10:00:00.000001,19C").replace("reported", "cancelled"),
    JANUARY[1].replace(".000001", ".000002").replace("8N.8.6.0", "19C.19.8.0"),
    JANUARY[2],
    "I-4,S-4,2026-02-03T10:00:00,2026-02-03T10:00:00,8N.8.6.0,reported",
]


@pytest.fixture
def installation(stack_environment: dict[str, str], tmp_path: Path) -> Installation:
    tmp_path.joinpath("january.csv").write_text("\n".join([HEADER, *JANUARY, ""]))
    tmp_path.joinpath("february.csv").write_text("\n".join([HEADER, *FEBRUARY, ""]))
    tmp_path.joinpath("m.toml").write_text(MAPPING)
    tmp_path.joinpath("running.toml").write_text(RUNNING)
    return Installation(stack_environment, tmp_path, 2, clock="event")


def words(installation: Installation, file: str, *options: str, mapping: str = "m.toml") -> list[str]:
    folder = installation.folder
    return ["ingest", str(folder / file), "--mapping", str(folder / mapping), *options]


def standings(document: dict[str, dict[str, int]]) -> dict[str, int]:
    return {name: count for name, count in document["standings"].items() if count}


def refusal(installation: Installation, *told: str) -> str:
    done = subprocess.run(
        [*HARMWATCH, *told],
        env=installation.environment,
        capture_output=True,
        cwd=ROOT,
        check=False,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.mark.parametrize("months", [("january.csv", "february.csv"), ("february.csv", "january.csv")])
def test_the_later_row_counts_in_whatever_order_the_files_come(
    installation: Installation, months: tuple[str, str]
) -> None:
    installation.start_worker()
    try:
        for month in months:
            installation.run(*words(installation, month))
            installation.wait_idle()
        board = {row["offender_id"]: row["score_millidays"] for row in installation.json("board")["entries"]}
        weights = {"S-2": "19C.19.8.0", "S-3": "8N.8.6.0", "S-4": "8N.8.6.0"}
        assert board.keys() == weights.keys()
        assert board["S-2"] > board["S-3"] == board["S-4"]
        (cleared,) = installation.json("offender", "S-1")["contributions"]
        assert (cleared["millidays"], cleared["reported_at"]) == (0, "2026-01-01T10:00:00Z")
        (changed,) = installation.json("offender", "S-2")["contributions"]
        assert (changed["code"], changed["reported_at"]) == ("19C.19.8.0", "2026-01-02T10:00:00Z")
    finally:
        installation.end_workers()


def test_it_is_said_what_was_known_and_what_replaces_what(installation: Installation) -> None:
    assert standings(installation.json(*words(installation, "january.csv"))) == {"new": 3}
    document = installation.json(*words(installation, "february.csv"))
    assert standings(document) == {"new": 1, "replaces": 2, "known": 1}
    kinds = {notice["kind"]: notice for notice in document["notices"]}
    assert (kinds["replaces_topic"]["rows"], kinds["replaces_topic"]["other_code"]) == (2, 1)
    assert kinds["known_topic"]["first"] == [
        f"{installation.folder}/february.csv:4: offence 'I-3' of 'S-3', revision 1767434400000000"
    ]
    assert standings(installation.json(*words(installation, "january.csv"))) == {"known": 1, "older": 2}
    alone = installation.json(*words(installation, "february.csv", "--no-against-topic"))
    assert standings(alone) == {"new": 4}


@pytest.mark.thorough
def test_a_dry_run_says_it_too_where_kafka_is_named(installation: Installation) -> None:
    installation.run(*words(installation, "january.csv"))
    dry = words(installation, "february.csv", "--dry-run")
    assert standings(installation.json(*dry)) == {"new": 1, "replaces": 2, "known": 1}
    assert len(installation.read("offences.v1")) == len(JANUARY)
    unnamed = dict(installation.environment)
    del unnamed["HARMWATCH_KAFKA"]
    installation.environment = unnamed
    assert standings(installation.json(*dry)) == {"new": 4}
    installation.environment = unnamed | {"HARMWATCH_KAFKA": "127.0.0.1:1"}
    assert standings(installation.json(*dry)) == {"new": 4}
    installation.run(*dry, "--against-topic", code=1)


def test_a_file_without_a_mapping_is_compared_on_demand(installation: Installation) -> None:
    installation.run(*words(installation, "january.csv"))
    file = installation.folder / "same.jsonl"
    file.write_bytes(b"\n".join(record.value for record in installation.read("offences.v1")))
    assert standings(installation.json("ingest", str(file))) == {"new": 3}
    assert standings(installation.json("ingest", str(file), "--against-topic")) == {"known": 3}


def test_a_running_revision_is_for_the_first_load_of_its_source(installation: Installation) -> None:
    running = words(installation, "january.csv", mapping="running.toml")
    installation.run(*running)
    said = refusal(installation, *running)
    said_as_documented("NAME holds reports", said)
    assert "docs/how-to/every-night.md" in said
    assert "--first-load" in said
    refusal(installation, *running, "--dry-run")
    assert len(installation.read("offences.v1")) == len(JANUARY)
    assert standings(installation.json(*running, "--first-load")) == {"known": 3}


def test_another_source_may_number_its_rows(installation: Installation) -> None:
    running = words(installation, "january.csv", mapping="running.toml")
    installation.run(*running)
    path = installation.folder / "running.toml"
    path.write_text(RUNNING.replace("eastmere", "nordhaven"))
    installation.run(*running)
    path.write_text(RUNNING.replace('{ value = "eastmere" }', '"Code"'))
    assert "holds reports of the source" in refusal(installation, *running)
    path.write_text(RUNNING.replace('source = { value = "eastmere" }', ""))
    installation.run(*running)
    assert "no named source" in refusal(installation, *running)


def test_what_is_no_report_on_the_topic_is_passed_over(installation: Installation) -> None:
    installation.send([(b"x", b"{"), (None, None), (b"x", b"[1]"), (b"x", json.dumps({"source": 7}).encode())])
    assert standings(installation.json(*words(installation, "january.csv"))) == {"new": 3}
    assert standings(installation.json(*words(installation, "january.csv"))) == {"known": 3}

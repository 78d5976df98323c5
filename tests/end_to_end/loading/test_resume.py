"""A load that broke off goes on where it was, and sends nothing that the topic knows."""

import json
from pathlib import Path

import pytest

from tests.end_to_end.installation import Installation
from tests.end_to_end.loading.test_later_extracts import HEADER, JANUARY, RUNNING

pytestmark = pytest.mark.stack


@pytest.fixture
def installation(stack_environment: dict[str, str], tmp_path: Path) -> Installation:
    tmp_path.joinpath("running.toml").write_text(RUNNING)
    return Installation(stack_environment, tmp_path, 2, clock="event")


def load(installation: Installation, name: str, rows: list[str], *options: str) -> dict[str, int]:
    file = installation.folder / name
    file.write_text("\n".join([HEADER, *rows, ""]))
    words = ["ingest", str(file), "--mapping", str(installation.folder / "running.toml"), *options]
    document: dict[str, int] = installation.json(*words)
    return document


def test_a_load_that_broke_off_sends_the_rest_and_numbers_it_as_the_whole_would(installation: Installation) -> None:
    again = [row.replace("reported", "charged") for row in JANUARY[:2]]
    assert load(installation, "part.csv", [*JANUARY[:2], again[0]])["sent"] == 3
    resumed = load(installation, "whole.csv", [*JANUARY[:2], *again, JANUARY[2]], "--resume")
    assert (resumed["sent"], resumed["known_before"], resumed["refused"]) == (2, 3, 0)
    there = [json.loads(record.value) for record in installation.read("offences.v1")]
    told = sorted((report["offence_id"], report["revision"], report["status"]) for report in there)
    assert told == [
        ("I-1", 1, "reported"), ("I-1", 2, "charged"), ("I-2", 1, "reported"), ("I-2", 2, "charged"),
        ("I-3", 1, "reported"),
    ]  # fmt: skip
    once_more = load(installation, "whole.csv", [*JANUARY[:2], *again, JANUARY[2]], "--resume")
    assert (once_more["sent"], once_more["known_before"]) == (0, 5)


def test_a_load_that_nobody_checks_cannot_be_resumed(installation: Installation) -> None:
    file = installation.folder / "x.jsonl"
    file.write_text("{")
    said = installation.say("ingest", str(file), "--unchecked", "--resume")
    assert (said.code, "--resume goes by what lines say" in said.errors) == (2, True)

"""What an operator hears of rows that are not sent: the first of each kind, how many, and all of them on demand."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cli.main import main
from intake.line import kind_of

MAPPING = """
[[file]]
[file.fields]
type = { value = "offence.reported" }
event_id = "id"
offence_id = "id"
offender_id = "who"
code = { column = "what", table = { a = "8N.8.6.0" } }
occurred_at = "when"
recorded_at = "when"
"""
WHEN = "2024-01-01T00:00:00Z"


@pytest.fixture
def ingest(tmp_path: Path) -> Any:  # Any: a function with options
    rows = ["id,who,what,when"]
    rows += [f"{number},o,{'zyx'[number % 3]},{WHEN}" for number in range(1_000)]
    rows += [f"1,o,a,{WHEN}", f"2,NULL,a,{WHEN}", "3,o,a", f"4,o,'a',{WHEN}"]
    tmp_path.joinpath("a.csv").write_text("\n".join(rows) + "\n")
    tmp_path.joinpath("b.csv").write_text("\n".join([rows[0], rows[1]]) + "\n")
    tmp_path.joinpath("m.toml").write_text(MAPPING)

    def run(*options: str, given: str | None = None, files: tuple[str, ...] = ("a.csv", "b.csv")) -> Result:
        paths = [str(tmp_path / file) if file != "-" else file for file in files]
        words = ["ingest", "--dry-run", "--mapping", str(tmp_path / "m.toml"), *paths, *options]
        done = CliRunner().invoke(main, words, input=given)
        assert done.exit_code == 1, done.output
        return done

    return run


def told(done: Result, folder: Path) -> list[str]:
    return [line.replace(f"{folder}/", "") for line in done.stderr.splitlines()]


def test_the_first_lines_of_each_kind_stand_together_with_how_many_there_are(ingest: Any, tmp_path: Path) -> None:
    assert told(ingest(), tmp_path) == [
        "a.csv:2: what: 'z' is not in the table",
        "a.csv:3: what: 'y' is not in the table",
        "a.csv:4: what: 'x' is not in the table",
        "  and 998 more of this kind, 1,001 in all",
        "a.csv:1003: offender_id: 'NULL' looks like no value: a mapping says so by empty, or that it is one by literal",
        "a.csv:1004: has 3 cells, the header has 4 cells",
        "a.csv: not sent: 1,003, of 3 kinds; --all-errors names every one",
        "b.csv:2: what: 'z' is not in the table",
        "b.csv: not sent: 1, of 1 kind",
    ]


def test_every_one_is_named_on_demand(ingest: Any, tmp_path: Path) -> None:
    lines = told(ingest("--all-errors"), tmp_path)
    assert sum("is not in the table" in line for line in lines) == 1_002
    assert lines[-2:] == ["a.csv: not sent: 1,003, of 3 kinds", "b.csv: not sent: 1, of 1 kind"]


def test_the_document_holds_every_one_and_the_kinds(ingest: Any, tmp_path: Path) -> None:
    document = json.loads(ingest("--json").stdout)
    assert (document["wrong"], len(document["errors"])) == (1_004, 1_004)
    assert document["errors"][0] == {"file": f"{tmp_path}/a.csv", "line": 2, "error": "what: 'z' is not in the table"}
    first = document["refused_by_kind"][0]
    assert (first["kind"], first["rows"], first["first_lines"]) == ("what: ... is not in the table", 1_001, [2, 3, 4])


def test_of_standard_input_the_first_are_reported_as_they_come(ingest: Any, tmp_path: Path) -> None:
    rows = [json.dumps({"id": "1", "who": "o", "what": what, "when": WHEN}) for what in "vwxyz"]
    assert told(ingest(files=("-",), given="\n".join(rows)), tmp_path) == [
        "-:1: what: 'v' is not in the table",
        "-:2: what: 'w' is not in the table",
        "-:3: what: 'x' is not in the table",
        "  and 2 more of this kind, 5 in all, like line 1",
        "-: not sent: 5, of 1 kind; --all-errors names every one",
    ]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("has 3 cells, the header has 4 cells", "has 12 cells, the header has 1 cells", True),
        ("who: 'a' is not in the table", 'who: "it\'s" is not in the table', True),
        ("who: 'a\\'b' is not in the table", "who: 'c' is not in the table", True),
        ("who: 'a' is not in the table", "Date2: 'a' is not in the table", False),
        ("Date1: 'a' is not", "Date2: 'a' is not", False),
        ("is not JSON: Expecting value: line 1 column 5", "is not JSON: Expecting value: line 1 column 6", True),
    ],
)
def test_a_kind_is_all_but_the_texts_and_numbers_that_are_shown(one: str, other: str, same: bool) -> None:
    assert (kind_of(one) == kind_of(other)) is same

"""`harmwatch ingest --dry-run`: all that can be said about a file before anything is sent."""

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from cli.main import main

NOWHERE = {"HARMWATCH_KAFKA": "127.0.0.1:1", "HARMWATCH_REDIS": "redis://127.0.0.1:1/0"}


def a_report(**changes: Any) -> str:  # Any: JSON
    report: dict[str, Any] = {
        "event_id": "e", "type": "offence.reported", "offence_id": "o", "offender_id": "p", "code": "8N.8.6.0",
        "occurred_at": "2024-01-01T00:00:00Z", "recorded_at": "2024-01-02T00:00:00Z", "victim_sex": "female",
        "reported_at": "2024-01-02T00:00:00Z",
    }  # fmt: skip
    return json.dumps(report | changes)


def tried(folder: Path, *lines: str) -> tuple[int, Any]:
    file = folder / "reports.jsonl"
    file.write_text("\n".join(lines))
    done = CliRunner().invoke(main, ["ingest", "--dry-run", "--json", str(file)], env=NOWHERE)
    return done.exit_code, json.loads(done.stdout)


def test_a_clean_file_is_shown_by_its_first_report(tmp_path: Path) -> None:
    code, document = tried(tmp_path, a_report(), a_report(event_id="e2"))
    assert code == 0
    assert (document["good"], document["wrong"], document["first"]["event_id"]) == (2, 0, "e")


def test_what_the_policy_would_refuse_is_counted_by_its_words(tmp_path: Path) -> None:
    code, document = tried(tmp_path, a_report(code="13.1"), a_report(code="13.1"), a_report(status="odd"), "{")
    assert code == 1
    assert (document["good"], document["wrong"]) == (3, 1)
    assert document["refused_by_policy"] == [
        {"reason": "unknown_code: code '13.1' is not in the index of policy v100", "records": 2},
        {"reason": "unknown_status: status 'odd' is not in the table of policy v100", "records": 1},
    ]


def test_what_the_scope_leaves_out_is_no_fault_but_is_said(tmp_path: Path) -> None:
    code, document = tried(tmp_path, a_report(victim_sex="male"))
    assert (code, document["outside_of_scope"]) == (0, 1)


def noticed(folder: Path, *lines: str) -> dict[str, tuple[int, int]]:
    code, document = tried(folder, *lines)
    assert code == 0
    return {notice["kind"]: (notice["rows"], notice["other_code"]) for notice in document["notices"]}


def test_rows_that_replace_rows_are_noticed(tmp_path: Path) -> None:
    first, again = a_report(), a_report(revision=2, status="charged")
    assert noticed(tmp_path, first, again, a_report(offender_id="q")) == {"replaces_row": (1, 0)}
    charge = a_report(revision=3, code="8Q.195.12.0")
    assert noticed(tmp_path, first, again, charge) == {"replaces_row": (2, 1)}


def test_rows_that_change_nothing_are_noticed_by_why(tmp_path: Path) -> None:
    rows = (a_report(revision=2), a_report(revision=2), a_report(revision=2, status="charged"), a_report())
    assert noticed(tmp_path, *rows) == {"known_row": (1, 0), "contradicts_row": (1, 0), "older_row": (1, 0)}


def test_several_charges_of_one_incident_are_told_with_the_way_out(tmp_path: Path) -> None:
    file = tmp_path / "reports.jsonl"
    file.write_text("\n".join([a_report(), a_report(code="8Q.195.12.0")]))
    said = CliRunner().invoke(main, ["ingest", "--dry-run", str(file)], env=NOWHERE).stdout
    assert "an earlier row of the same offence and offender and revision says something else: 1\n" in said
    assert 'it needs an offence id of its own: offence_id = { template = "{Incident}/{Charge}" }' in said
    assert f"{file}:2: offence 'o' of 'p', revision 1" in said


def test_what_looks_like_several_persons_is_noticed(tmp_path: Path) -> None:
    several = a_report(offender_id="S-1, S-2")
    assert noticed(tmp_path, several, a_report(offender_id="S-3")) == {"several_persons": (1, 0)}

"""`harmwatch ingest --dry-run`: all that can be said about a file before anything is sent."""

import contextlib
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cli.intake.dry_run import try_files
from cli.intake.refused_rows import RefusedRows
from cli.intake.request import Request
from cli.main import main
from runtime.settings import Settings

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


def test_several_charges_of_one_incident_are_reported_with_the_way_out(tmp_path: Path) -> None:
    file = tmp_path / "reports.jsonl"
    file.write_text("\n".join([a_report(), a_report(code="8Q.195.12.0")]))
    said = CliRunner().invoke(main, ["ingest", "--dry-run", str(file)], env=NOWHERE).stdout
    assert "an earlier row of the same offence and offender and revision says something else: 1\n" in said
    assert 'it needs an offence id of its own: offence_id = { template = "{Incident}/{Charge}" }' in said
    assert f"{file}:2: offence 'o' of 'p', revision 1" in said


def test_what_looks_like_several_persons_is_noticed(tmp_path: Path) -> None:
    several = a_report(offender_id="S-1, S-2")
    assert noticed(tmp_path, several, a_report(offender_id="S-3")) == {"several_persons": (1, 0)}


def test_rows_recorded_before_a_row_above_them_are_counted(tmp_path: Path) -> None:
    days = ("2024-01-03", "2024-01-02", "2024-01-03", "2024-01-04", "2024-01-01")
    rows = (a_report(offence_id=f"o{day}{place}", recorded_at=f"{day}T12:00:00Z") for place, day in enumerate(days))
    assert noticed(tmp_path, *rows) == {"out_of_order": (2, 0)}


def test_ids_that_look_like_names_are_noticed_and_not_repeated(tmp_path: Path) -> None:
    people = ["Doe, Alex", "Alex Doe", "DOE ALEX J.", "S-1", "nominal 7", "X", "abc"]
    rows = [a_report(offender_id=person, offence_id=f"o{place}") for place, person in enumerate(people)]
    assert noticed(tmp_path, *rows) == {"looks_like_a_name": (3, 0)}
    said = CliRunner().invoke(main, ["ingest", "--dry-run", str(tmp_path / "reports.jsonl")], env=NOWHERE).stdout
    notices = said[said.index("offender ids that look like names") :]
    assert "Doe" not in notices


def test_what_a_mapping_leaves_out_gathers_and_fills_in_is_said(tmp_path: Path) -> None:
    rows = ["id,who,role,state", "o1,p1,S,", "o1,p1,S,reported", "o2,p2,V,", "o3,p3,W,"]
    tmp_path.joinpath("r.csv").write_text("\n".join(rows) + "\n")
    mapping = tmp_path / "m.toml"
    mapping.write_text(
        """
[[file]]
where = { role = ["S"] }
gather = true
[file.fields]
type = { value = "offence.reported" }
event_id = { template = "{offence_id}" }
offence_id = "id"
offender_id = "who"
code = { value = "8N.8.6.0" }
occurred_at = { value = "2024-01-01T00:00:00Z" }
recorded_at = { value = "2024-01-01T00:00:00Z" }
status = { column = "state", default = "reported" }
"""
    )
    words = ["ingest", "--dry-run", str(tmp_path / "r.csv"), "--mapping", str(mapping)]
    said = CliRunner().invoke(main, words, env=NOWHERE).stdout
    assert "rows left out by where and unless: 2\n  role 'V': 1\n  role 'W': 1\n" in said
    assert "rows gathered into the report of an earlier one of the same offence and offender: 1\n" in said
    assert "rows without a value for status, for which 'reported' stands: 1\n" in said


def test_a_dry_run_shows_on_a_terminal_how_far_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "r.jsonl"
    path.write_text('{"odd": true}\n' * 4_000)
    master, slave = os.openpty()
    with os.fdopen(slave, "w") as screen, RefusedRows(every=False, keep=False) as refused:
        monkeypatch.setattr(sys, "stderr", screen)
        try_files(Settings(), Request(files=(str(path),)), refused)
    shown = b""
    with contextlib.suppress(OSError):  # the end of a terminal whose other side is closed
        while part := os.read(master, 65_536):
            shown += part
    os.close(master)
    assert b"4,000 lines" in shown
    assert b"100%" in shown

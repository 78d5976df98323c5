"""`harmwatch ingest --dry-run`: all that can be said about a file before anything is sent."""

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from cli.main import main

NOWHERE = {"HARMWATCH_KAFKA": "127.0.0.1:1", "HARMWATCH_REDIS": "redis://127.0.0.1:1/0"}


def a_report(**changes: str) -> str:
    report = {
        "event_id": "e", "type": "offence.reported", "offence_id": "o", "offender_id": "p", "code": "8N.8.6.0",
        "occurred_at": "2024-01-01T00:00:00Z", "recorded_at": "2024-01-02T00:00:00Z", "victim_sex": "female",
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

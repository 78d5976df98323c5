"""The table speaks for all invocations of the harness together."""

from collections import Counter
from pathlib import Path

import pytest

from tests.crash.nights.play import Outcome as Night
from tests.crash.nights.section import keep as keep_night
from tests.crash.nights.section import read_kept as read_nights
from tests.crash.nights.section import write_section
from tests.crash.outcomes import keep, read_kept
from tests.crash.play import Outcome
from tests.crash.rows import matrix
from tests.crash.table import NIGHTS, write_report
from tests.crash.verdict import Verdict


def test_the_runs_of_two_invocations_stand_in_one_table(tmp_path: Path) -> None:
    row, kept, report = matrix()[0], tmp_path / "outcomes.jsonl", tmp_path / "reliability.md"
    keep(kept, row, Outcome(1, Verdict(), 2.0))
    keep(kept, row, Outcome(2, Verdict(lost=3, faults=["lost: 3 alerts"]), 4.0))

    write_report(report, read_kept(kept, matrix()), matrix())

    text = report.read_text("utf-8")
    assert "2 runs: 3 lost, 0 doubled, 0 wrong." in text
    assert f"| `{row.name}` | {row.clock} | 2 | 3 | 0 | 0 | 3.0 s | 4.0 s |" in text


def test_a_row_that_was_not_played_again_keeps_its_line(tmp_path: Path) -> None:
    first, second, *_ = rows = matrix()
    report = tmp_path / "reliability.md"
    write_report(report, [(first, Outcome(1, Verdict(lost=1), 2.0)), (second, Outcome(1, Verdict(), 3.0))], rows)
    write_report(report, [(first, Outcome(2, Verdict(), 4.0)), (first, Outcome(3, Verdict(), 4.0))], rows)

    text = report.read_text("utf-8")
    assert "3 runs: 0 lost, 0 doubled, 0 wrong." in text
    assert [line.split("|")[3].strip() for line in text.splitlines() if line.startswith("| `")] == ["2", "1"]

    write_report(report, [(second, Outcome(1, Verdict(), 3.0))], rows[1:])
    assert first.name not in report.read_text("utf-8")


def test_a_run_of_a_row_that_is_no_more_is_named(tmp_path: Path) -> None:
    kept = tmp_path / "outcomes.jsonl"
    keep(kept, matrix()[0], Outcome(1, Verdict(), 2.0))

    with pytest.raises(LookupError, match=matrix()[0].name):
        read_kept(kept, matrix()[1:])


def test_the_nights_behind_the_table_stay_and_are_rewritten_in_their_place(tmp_path: Path) -> None:
    report, rows = tmp_path / "reliability.md", matrix()[:1]
    play = [(rows[0], Outcome(1, Verdict(), 2.0))]
    write_report(report, play, rows)
    table = report.read_text("utf-8")
    night = Night(7, ("Kafka is killed",), done=Counter(look=2, rules=1), sent=3, requests=4, seconds=60.0)
    write_section(report, [night])
    keep_night(tmp_path / "nights.jsonl", night)
    keep_night(tmp_path / "nights.jsonl", night)
    write_section(report, read_nights(tmp_path / "nights.jsonl"))
    write_report(report, play, rows)
    told = report.read_text("utf-8")
    assert told.startswith(table + "\n" + NIGHTS)
    assert told.count(NIGHTS) == 1
    assert "2 nights, 2 deaths: 0 faults. 8 requests for 6 actions; taken were 4: 4 `look`." in " ".join(told.split())
    assert "| Kafka is killed | 2 |" in told

"""The laws of files that were made for somebody else."""

import re
from pathlib import Path

import pytest

from intake.line import Line
from models.instants import parse_instant
from tests.intake.mapped_files import (
    FIELDS,
    PROJECT,
    TWO_FILES,
    UPDATED,
    a_file,
    a_row,
    lines_of,
    report_of,
    reports_of,
)


def test_the_worked_example_of_the_docs_is_true(tmp_path: Path) -> None:
    text = (PROJECT / "docs" / "mapping.md").read_text(encoding="utf-8")
    rows, mapping, first = (re.findall(rf"```{kind}\n(.*?)```", text, re.DOTALL)[0] for kind in ("csv", "toml", "json"))
    path = a_file(tmp_path, rows.rstrip("\n"), name="crimes.csv")
    lines = lines_of(mapping, path)
    assert lines[0].value == first.strip().encode()
    assert [report_of(line).status for line in lines] == ["reported", "charged", "no_further_action"]


def test_a_column_is_a_field_and_numbers_are_text(tmp_path: Path) -> None:
    (report,) = reports_of("[[file]]" + FIELDS, a_file(tmp_path, a_row(id=12, what=True, who=" o1 ")))
    assert (report.offence_id, report.code, report.offender_id) == ("12", "true", "o1")


def test_an_empty_column_has_its_default_past_the_table(tmp_path: Path) -> None:
    mapping = "[[file]]" + FIELDS + 'status = { column = "how", table = { C = "charged" }, default = "reported" }\n'
    path = a_file(tmp_path, a_row(how="C"), a_row(how=""), a_row(how=None), a_row(), a_row(how="D"))
    lines = lines_of(mapping, path)
    assert [report_of(line).status for line in lines[:4]] == ["charged", "reported", "reported", "reported"]
    assert lines[4] == Line(str(path), 5, None, None, "how: 'D' is not in the table")


def test_what_is_not_in_the_table_may_have_a_value(tmp_path: Path) -> None:
    mapping = "[[file]]" + FIELDS + 'status = { column = "how", table = { C = "charged" }, otherwise = "other" }\n'
    (report,) = reports_of(mapping, a_file(tmp_path, a_row(how="D")))
    assert report.status == "other"


@pytest.mark.parametrize(
    ("head", "text", "instant"),
    [
        (
            "time_format = '%d/%m/%Y %H:%M'\ntimezone = 'Europe/London'",
            "01/07/2024 12:00",
            "2024-07-01T11:00:00Z",
        ),
        (
            "time_format = '%m/%d/%Y %I:%M:%S %p'\ntimezone = 'America/Chicago'",
            "01/02/2024 01:00:00 PM",
            "2024-01-02T19:00:00Z",
        ),
        ("time_format = '%Y%m%d %H%M%z'", "20240102 0000+0100", "2024-01-01T23:00:00Z"),
        ("timezone = 'America/Chicago'", "2024-01-02 00:00:00", "2024-01-02T06:00:00Z"),
        ("timezone = 'America/Chicago'", "2024-01-02T00:00:00+00:00", "2024-01-02T00:00:00Z"),
        ("timezone = 'America/Chicago'", "2024-11-03 01:30:00", "2024-11-03T06:30:00Z"),
    ],
)
def test_times_are_read_as_they_are_written(tmp_path: Path, head: str, text: str, instant: str) -> None:
    (report,) = reports_of(f"{head}\n[[file]]" + FIELDS, a_file(tmp_path, a_row(when=text)))
    assert report.occurred_at == parse_instant(instant)


def test_a_time_that_does_not_fit_is_an_error_of_its_line(tmp_path: Path) -> None:
    path = a_file(tmp_path, a_row(when="1.1.2024"), a_row(when="01/01/2024"))
    lines = lines_of("time_format = '%d/%m/%Y'\ntimezone = 'UTC'\n[[file]]" + FIELDS, path)
    assert lines[0].error == "occurred_at: '1.1.2024' does not fit %d/%m/%Y"
    assert lines[1].error is None


def test_a_revision_runs_for_each_offence_of_each_offender(tmp_path: Path) -> None:
    mapping = "[[file]]" + FIELDS + "revision = { running = true }\nreported_at = 'when'\n"
    path = a_file(tmp_path, a_row(), a_row(id="c2"), a_row(), a_row(who="o2"), a_row())
    assert [report.revision for report in reports_of(mapping, path)] == [1, 1, 2, 1, 3]


def test_the_first_row_of_an_offence_says_when_it_was_reported(tmp_path: Path) -> None:
    mapping = "[[file]]" + FIELDS + "revision = { running = true }\nreported_at = { column = 'when', first = true }\n"
    days = ("2025-01-01", "2025-03-01", "2025-02-01")
    path = a_file(
        tmp_path, *(a_row(when=f"{day}T00:00:00Z") for day in days), a_row(who="o2", when=f"{days[2]}T00:00:00Z")
    )
    told = [(report.revision, report.reported_at) for report in reports_of(mapping, path)]
    first, last = (parse_instant(f"{day}T00:00:00Z") for day in (days[0], days[2]))
    assert told == [(1, first), (2, first), (3, first), (1, last)]


@pytest.mark.parametrize(
    ("rule", "text", "instant"),
    [
        ("", "2025-02-01T10:00:00.000001Z", "2025-02-01T10:00:00.000001Z"),
        (", timezone = 'Europe/London'", "2025-07-01 10:00:00.25", "2025-07-01T09:00:00.25Z"),
        (
            ", format = '%d/%m/%Y %H:%M:%S.%f', timezone = 'UTC'",
            "01/02/2025 10:00:00.000001",
            "2025-02-01T10:00:00.000001Z",
        ),
    ],
)
def test_a_revision_may_be_the_instant_of_an_update(tmp_path: Path, rule: str, text: str, instant: str) -> None:
    (report,) = reports_of(f"{UPDATED}{rule} }}\n", a_file(tmp_path, a_row(changed=text)))
    assert report.revision == parse_instant(instant)


@pytest.mark.parametrize("text", ["1969-12-31T23:59:59Z", "1970-01-01T00:00:00Z", "soon", "2025-02-01T10:00:00"])
def test_what_is_no_instant_is_no_revision(tmp_path: Path, text: str) -> None:
    (line,) = lines_of(UPDATED + " }\n", a_file(tmp_path, a_row(changed=text)))
    assert (line.error or "").startswith(f"revision: {text!r} is ")


def test_a_later_update_is_the_higher_revision_in_whatever_order_the_files_come(tmp_path: Path) -> None:
    months = [f"2025-0{month}-01T10:00:00Z" for month in (1, 2)]
    files = [a_file(tmp_path, a_row(changed=month), name=f"{month[:7]}.jsonl") for month in months]
    january, february = reports_of(UPDATED + " }\n", *files)
    assert february.revision > january.revision
    assert [report.revision for report in reports_of(UPDATED + " }\n", *reversed(files))] == [
        february.revision, january.revision,
    ]  # fmt: skip


def test_a_correction_that_does_not_say_when_the_offence_was_reported_is_named(tmp_path: Path) -> None:
    mapping = (
        "[[file]]"
        + FIELDS.replace('{ value = "offence.reported" }', "'kind'")
        + "reported_at = 'first'\nrevision = 'n'\n"
    )
    kinds = [("offence.reported", "1"), ("offence.amended", "2"), ("offence.withdrawn", "3")]
    lines = lines_of(mapping, a_file(tmp_path, *(a_row(kind=kind, n=number, first="") for kind, number in kinds)))
    assert [line.error for line in lines] == [
        None, "reported_at is empty: without it revision 2 would restart the window", None,
    ]  # fmt: skip


def test_files_are_merged_by_arrival_and_the_event_comes_before_its_changes(tmp_path: Path) -> None:
    later = "2025-02-01T00:00:00+01:00"
    events = a_file(tmp_path, a_row(when="2025-01-31T23:30:00Z", id="c2"), a_row(when=later))
    changes = a_file(tmp_path, a_row(when="2025-03-01T00:00:00Z"), a_row(when=later), name="changes.jsonl")
    reports = reports_of(TWO_FILES, changes, events)
    assert [(report.event_id, report.revision) for report in reports] == [
        ("c1", 1), ("c1/2", 2), ("c2", 1), ("c1/3", 3),
    ]  # fmt: skip


def test_a_change_takes_what_it_lacks_from_its_event(tmp_path: Path) -> None:
    events = a_file(tmp_path, a_row())
    change = a_row(when="2025-02-01T00:00:00Z")
    changes = a_file(tmp_path, change | {"what": None}, change | {"what": "y"}, name="changes.jsonl")
    event, kept, given = reports_of(TWO_FILES, events, changes)
    assert (kept.code, given.code) == ("x", "y")
    assert kept.occurred_at == given.occurred_at == event.occurred_at
    assert kept.reported_at == given.reported_at == event.recorded_at
    assert kept.recorded_at == parse_instant("2025-02-01T00:00:00Z")


def test_a_change_is_numbered_behind_an_event_that_no_rule_numbers(tmp_path: Path) -> None:
    events, changes = (
        a_file(tmp_path, a_row()),
        a_file(tmp_path, a_row(when="2025-02-01T00:00:00Z"), name="changes.jsonl"),
    )
    unnumbered = TWO_FILES.replace("revision = { running = true }\nreported_at = 'when'\n", "", 1)
    assert unnumbered != TWO_FILES
    assert [report.revision for report in reports_of(unnumbered, events, changes)] == [1, 2]


def test_a_change_recorded_before_its_event_takes_the_events_time(tmp_path: Path) -> None:
    events = a_file(tmp_path, a_row())
    changes = a_file(tmp_path, a_row(when="2020-01-01T00:00:00Z"), name="changes.jsonl")
    event, change = reports_of(TWO_FILES, events, changes)
    assert change.recorded_at == event.recorded_at


def test_a_change_without_an_event_is_an_error_of_its_line(tmp_path: Path) -> None:
    events = a_file(tmp_path, a_row())
    changes = a_file(tmp_path, a_row(), a_row(who="o2"), name="changes.jsonl")
    wrong = [line for line in lines_of(TWO_FILES, events, changes) if line.error]
    assert [(line.file, line.number) for line in wrong] == [(str(changes), 2)]


def test_a_date_far_off_is_refused_and_moves_nothing_else(tmp_path: Path) -> None:
    path = a_file(tmp_path, a_row(when="2109-01-01T00:00:00Z"), a_row(id="c2"), a_row(id="c3", when="soon"))
    changes = a_file(tmp_path, name="changes.jsonl")
    lines = lines_of(TWO_FILES, path, changes)
    assert [(line.number, (line.error or "").split(":")[0]) for line in lines] == [
        (3, "recorded_at is not RFC 3339 with an offset"),
        (2, ""),
        (1, "from_the_future"),
    ]


def test_unchecked_rows_are_built_and_sent(tmp_path: Path) -> None:
    path = a_file(tmp_path, a_row(when="2109-01-01T00:00:00Z"))
    (line,) = lines_of("[[file]]" + FIELDS, path, unchecked=True)
    assert line.key == b"o1"
    assert line.value is not None

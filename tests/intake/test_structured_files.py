"""The laws of XML, nested JSON and spreadsheets: their rows are found with what stands around them."""

import json
from datetime import datetime, time
from pathlib import Path
from typing import Any

import pytest

from models.errors import WrongUse
from models.instants import parse_instant
from tests.intake.mapped_files import FIELDS, lines_of, report_of, reports_of
from tests.intake.written_files import NESTED, OF_XML, RECORDS, ROWS, XML, a_workbook, told, written

CHARGES = [("c1", "o1", "x"), ("c1", "o2", "y & z"), ("c2", "o3", "w")]


@pytest.mark.parametrize("records", ["//Charges/Charge", "/Export/Case/Charges/Charge"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_elements_of_xml_are_rows_with_what_stands_around_them(tmp_path: Path, records: str, encoding: str) -> None:
    path = written(tmp_path, "r.xml", XML.replace("1.0", f'1.0" encoding="{encoding}').encode(encoding))
    assert told(reports_of(f"[[file]]\nrecords = '{records}'" + OF_XML, path)) == CHARGES


@pytest.mark.parametrize(
    "declared",
    ['<!ENTITY a "b">', '<!ENTITY a SYSTEM "file:///etc/hostname">', '<!ENTITY % a "b">'],
)
def test_xml_that_declares_entities_is_not_read(tmp_path: Path, declared: str) -> None:
    path = written(tmp_path, "r.xml", f"<!DOCTYPE e [{declared}]><e><Charge><Who>&a;</Who></Charge></e>")
    with pytest.raises(WrongUse, match="declares entities"):
        lines_of("[[file]]\nrecords = '//Charge'" + OF_XML, path)


def test_what_xml_has_of_rows_before_it_breaks_is_read_and_the_break_is_named(tmp_path: Path) -> None:
    path = written(tmp_path, "r.xml", XML[:-30])
    lines = lines_of("[[file]]\nrecords = '//Charges/Charge'" + OF_XML, path)
    assert [line.error is None for line in lines] == [True, True, False]
    assert "cannot be read further" in (lines[-1].error or "")


def test_each_thing_of_a_list_has_a_report_and_victims_stay_together(tmp_path: Path) -> None:
    record = {
        "case": {"no": "c1"}, "suspects": [{"person": {"id": "o1"}}, {"person": {"id": "o2"}}],
        "charges": [{"code": "x"}, {"code": "y"}], "victims": [{"id": "v1"}, {"id": "v2"}],
        "at": 1735689600000, "logged": 1735689601,
    }  # fmt: skip
    path = written(tmp_path, "r.json", json.dumps({"data": [record]}))
    lines = lines_of('[[file]]\nrecords = "data"' + NESTED, path)
    assert [(one.offence_id, one.offender_id) for one in map(report_of, lines)] == [
        ("c1/x", "o1"), ("c1/x", "o2"), ("c1/y", "o1"), ("c1/y", "o2"),
    ]  # fmt: skip
    assert all(json.loads(line.value or b"")["victim_ids"] == ["v1", "v2"] for line in lines)
    assert report_of(lines[0]).occurred_at == parse_instant("2025-01-01T00:00:00Z")
    assert report_of(lines[0]).recorded_at == parse_instant("2025-01-01T00:00:01Z")


def test_a_record_without_anybody_is_a_named_refusal(tmp_path: Path) -> None:
    path = written(tmp_path, "r.jsonl", json.dumps({"case": {"no": "c1"}, "suspects": [], "charges": [{"code": "x"}]}))
    (line,) = lines_of("[[file]]" + NESTED, path)
    assert line.error == "at is empty" or "empty" in (line.error or "")


def test_seconds_read_as_milliseconds_are_named(tmp_path: Path) -> None:
    fields = FIELDS.replace('recorded_at = "when"', 'recorded_at = { column = "when", format = "epoch_ms" }')
    fields = fields.replace('occurred_at = "when"', 'occurred_at = { column = "when", format = "epoch_s" }')
    records = [{**RECORDS[0], "when": number} for number in (1735689600, 1735689600000)]
    path = written(tmp_path, "r.json", json.dumps(records))
    seconds, milliseconds = lines_of("[[file]]" + fields, path)
    assert "is rather a number of seconds (epoch_s)" in (seconds.error or "")
    assert "epoch_ms and epoch_s count differently" in (milliseconds.error or "")


def test_a_spreadsheets_dates_are_dates_and_its_numbers_keep_their_digits(tmp_path: Path) -> None:
    head = ["id", "who", "what", "day", "hour", "when"]
    day, logged = datetime(2025, 4, 3), datetime(2025, 4, 4, 9, 30, 5)
    rows: list[list[Any]] = [  # Any: a cell
        head, [17.0, 42, 8.1, day, time(22, 15), logged], ["c2", "o2", True, day.date(), time(1), "x"],
    ]  # fmt: skip
    path = written(tmp_path, "r.xlsx", a_workbook(rows, B2="00000"))
    fields = FIELDS.replace('occurred_at = "when"', 'occurred_at = { template = "{day} {hour}" }')
    first, second = lines_of(f"time_format = '%d/%m/%Y'\ntimezone = 'Europe/London'\n[[file]]{fields}", path)
    report = report_of(first)
    assert (report.offence_id, report.offender_id, report.code) == ("17", "00042", "8.1")
    assert report.occurred_at == parse_instant("2025-04-03T22:15:00+01:00")
    assert report.recorded_at == parse_instant("2025-04-04T09:30:05+01:00")
    assert second.error == "recorded_at: 'x' does not fit %d/%m/%Y"


def test_a_spreadsheet_says_no_zone_and_the_mapping_must(tmp_path: Path) -> None:
    rows: list[list[Any]] = [ROWS[0], ["c1", "o1", "x", datetime(2025, 4, 3)]]
    (line,) = lines_of("[[file]]" + FIELDS, written(tmp_path, "r.xlsx", a_workbook(rows)))
    assert line.error == "occurred_at: a spreadsheet tells no zone of its times: timezone says it"


def test_a_sheet_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    path = written(tmp_path, "r.xlsx", a_workbook(ROWS))
    with pytest.raises(WrongUse, match="has no sheet 'Crimes'; it has 'Sheet', 'Notes'"):
        lines_of('[[file]]\nsheet = "Crimes"' + FIELDS, path)

"""The laws of files of every kind: each is read by what it is, or named as what it is."""

import gzip
import io
import json
import zipfile
from datetime import datetime, time
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from models.decode import Report
from models.errors import WrongUse
from models.instants import parse_instant
from tests.intake.mapped_files import FIELDS, lines_of, report_of, reports_of

ZONE = "timezone = 'UTC'\n"
ROWS = [["id", "who", "what", "when"], ["c1", "o1", "x", "2025-01-01T00:00:00Z"], ["c2", "o2", "8.10", "2025-01-02"]]
CSV = "".join(",".join(row) + "\n" for row in ROWS)
RECORDS = [dict(zip(ROWS[0], row, strict=True)) for row in ROWS[1:]]


def written(folder: Path, name: str, content: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def a_workbook(rows: list[list[Any]], title: str = "Sheet", **formats: str) -> bytes:  # Any: a cell
    book = Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    for cell, number_format in formats.items():
        sheet[cell].number_format = number_format
    book.create_sheet("Notes")
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def an_archive(**members: bytes | str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, member in members.items():
            archive.writestr(name.replace("__", "."), member)
    return content.getvalue()


def told_apart(told: object) -> str | None:
    """Archives hold the time at which they were made: no test may be called by it."""
    return "bytes" if isinstance(told, bytes) else None


def told(reports: list[Report]) -> list[tuple[str, str, str]]:
    return [(report.offence_id, report.offender_id, report.code) for report in reports]


def everything(keys: str, path: Path) -> list[tuple[str, str, str]]:
    return told(reports_of(f"{ZONE}[[file]]\n{keys}{FIELDS}", path))


BOTH = [("c1", "o1", "x"), ("c2", "o2", "8.10")]


@pytest.mark.parametrize(
    ("name", "content", "keys"),
    [
        ("r.csv", CSV, ""),
        ("r.csv", CSV.replace("\n", "\r"), ""),
        ("r.csv", ("\n\n" + CSV).replace("\n", "\r"), ""),
        ("r.csv", CSV.replace("\n", "\r").encode("utf-16"), 'encoding = "utf-16"'),
        ("r.csv", "sep=;\n" + CSV.replace(",", ";"), ""),
        ("r.csv", '\ufeff"sep=;"\r\n' + CSV.replace(",", ";"), ""),
        ("r.csv", "\nForce: Eastmere\nFrom 1 to 2, all\n\n" + CSV, ""),
        ("r.csv", 'A "quoted" cover, and an inch of 5"\n' + CSV, ""),
        ("r.csv", "id,who,what,when\nnot this one\n" + CSV, "skip = 2"),
        ("r.csv", CSV.partition("\n")[2], 'header = ["id", "who", "what", "when"]'),
        ("r.csv", CSV + "Total rows: 2\n\n", 'trailer = "total rows: {rows}"'),
        ("r.csv", CSV + "END,2,,\n", 'trailer = "END,{rows}"'),
        ("r.csv.gz", gzip.compress(CSV.encode(), mtime=0), ""),
        ("r.zip", an_archive(r__csv=CSV, __MACOSX="x"), 'pattern = "*.csv"'),
        ("r.zip", an_archive(r__csv__gz=gzip.compress(CSV.encode(), mtime=0)), ""),
        ("r.json", json.dumps(RECORDS), ""),
        ("r.json", json.dumps(RECORDS, indent=1), ""),
        ("r.json", "\ufeff" + json.dumps(RECORDS), ""),
        ("r.json.gz", gzip.compress(json.dumps(RECORDS).encode(), mtime=0), ""),
        ("r.json", json.dumps({"m": {"a": ["]", {"b": '"]}'}]}, "n": 12, "data": RECORDS, "x": 1}), 'records = "data"'),
        ("r.json", json.dumps({"result": {"n": -1.5e3, "rows": RECORDS}}, indent=2), 'records = "result.rows"'),
        ("r.json", json.dumps(RECORDS).encode("utf-16"), 'encoding = "utf-16"'),
        ("r.zip", an_archive(r__json=json.dumps(RECORDS)), ""),
        ("r.xlsx", a_workbook(ROWS), ""),
        ("r.xlsx", a_workbook([["Eastmere"], [], ["", "weekly", 3], *ROWS]), ""),
        ("r.xlsx", a_workbook([ROWS[0], [], *ROWS[1:], [None, None], ["Rows", 2]]), 'trailer = "rows,{rows}"'),
        ("r.xlsx", a_workbook(ROWS, "Crimes"), 'sheet = "Crimes"'),
        ("r.xlsx.gz", gzip.compress(a_workbook(ROWS), mtime=0), ""),
        ("r.zip", an_archive(r__xlsx=a_workbook(ROWS)), ""),
    ],
    ids=told_apart,
)  # fmt: skip
def test_a_file_is_read_whatever_it_is_packed_and_written_as(
    tmp_path: Path, name: str, content: bytes | str, keys: str
) -> None:
    assert everything(keys, written(tmp_path, name, content)) == BOTH


XML = """<?xml version="1.0"?>
<e:Export xmlns:e="urn:x"><Court name="Eastmere"/><Skipped><Charge/></Skipped>
<Case no="c1"><When>2025-01-01T00:00:00Z</When><Charges><Charge><Who ref="a">o1</Who><What>x</What></Charge>
<Charge><Who>o2</Who><What><![CDATA[y & z]]></What></Charge></Charges></Case>
<Case no="c2"><When>2025-01-02T00:00:00Z</When><Charges><Charge><Who>o3</Who><What> w </What></Charge></Charges></Case>
</e:Export>"""
OF_XML = """
[file.fields]
type = { value = "offence.reported" }
event_id = { template = "{../../@no}/{Who}" }
offence_id = "../../@no"
offender_id = "Who"
code = "What"
occurred_at = "../../When"
recorded_at = "../../When"
"""
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


NESTED = """
[file.fields]
type = { value = "offence.reported" }
event_id = { template = "{case.no}/{charges[].code}/{offender_id}" }
offence_id = { template = "{case.no}/{charges[].code}" }
offender_id = "suspects[].person.id"
code = "charges[].code"
victim_ids = "victims[].id"
occurred_at = { column = "at", format = "epoch_ms" }
recorded_at = { column = "logged", format = "epoch_s" }
"""


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
    day, logged = datetime(2025, 4, 3), datetime(2025, 4, 4, 9, 30, 5)  # noqa: DTZ001  (a spreadsheet has no zones)
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
    rows: list[list[Any]] = [ROWS[0], ["c1", "o1", "x", datetime(2025, 4, 3)]]  # noqa: DTZ001
    (line,) = lines_of("[[file]]" + FIELDS, written(tmp_path, "r.xlsx", a_workbook(rows)))
    assert line.error == "occurred_at: a spreadsheet tells no zone of its times: timezone says it"


def test_a_sheet_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    path = written(tmp_path, "r.xlsx", a_workbook(ROWS))
    with pytest.raises(WrongUse, match="has no sheet 'Crimes'; it has 'Sheet', 'Notes'"):
        lines_of('[[file]]\nsheet = "Crimes"' + FIELDS, path)


@pytest.mark.parametrize(
    ("rows", "said"),
    [("Total rows: 3", "tells of 3 rows, and there are 2"), ("", "trailer (Total rows: {rows}) is missing")],
)
def test_a_trailer_that_does_not_fit_is_named_and_the_rows_are_sent(tmp_path: Path, rows: str, said: str) -> None:
    path = written(tmp_path, "r.csv", CSV + rows)
    lines = lines_of(f"{ZONE}[[file]]\ntrailer = 'Total rows: {{rows}}'" + FIELDS, path)
    assert [line.error is None for line in lines] == [True, True, False]
    assert said in (lines[-1].error or "")


def test_what_looks_like_a_trailer_within_the_file_is_a_row(tmp_path: Path) -> None:
    path = written(tmp_path, "r.csv", CSV + "Rows: 2\n\n" + CSV.splitlines()[1] + "\n")
    lines = lines_of(f"{ZONE}[[file]]\ntrailer = 'Rows: {{rows}}'" + FIELDS, path)
    assert [line.number for line in lines if line.error] == [4, 7]


def test_columns_without_a_name_are_called_by_their_place(tmp_path: Path) -> None:
    path = written(tmp_path, "r.csv", "id,,what,when\nc1,o1,x,2025-01-01T00:00:00Z\n")
    (report,) = reports_of("[[file]]" + FIELDS.replace('"who"', '"#2"'), path)
    assert report.offender_id == "o1"


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(22) + b"\x09\x00" + bytes(16) + bytes(4) + bytes(460)


@pytest.mark.parametrize(
    ("name", "content", "keys", "said"),
    [
        ("r.xls", OLE + "Workbook".encode("utf-16-le"), 'sheet = "a"', "the old kind (.xls)"),
        ("r.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "", "protected by a password"),
        ("r.csv", OLE + "Workbook".encode("utf-16-le"), "", "the old kind (.xls)"),
        ("r.csv", a_workbook(ROWS), "", "an Excel workbook (.xlsx)"),
        ("r.csv", an_archive(r__csv=CSV), "", "a zip archive"),
        ("r.csv", gzip.compress(CSV.encode(), mtime=0), "", "compressed by gzip"),
        ("r.csv", "\n<html><table><tr><td>", "", "a web page (HTML)"),
        ("r.xlsx", "<!DOCTYPE html><table>", "", "a web page (HTML)"),
        ("r.xlsx", CSV, "", "is text, and is read as a spreadsheet"),
        ("r.csv", json.dumps(RECORDS), "", "is JSON, and is read as CSV"),
        ("r.csv", XML, "", "is XML, and is read as CSV"),
        ("r.csv", "%PDF-1.4 x", "", "a PDF"),
        ("r.csv", b"SQLite format 3\x00", "", "a database of SQLite"),
        ("r.csv", CSV.encode("utf-16-le"), "", "UTF-16 without a mark"),
        ("r.jsonl", CSV.encode("utf-32"), "", "is UTF-32"),
        ("r.xml", XML, "", "records says which elements"),
        ("r.xml", CSV, 'records = "//a"', "is no XML"),
        ("r.json", '{"data": []}', 'records = "rows"', "has no 'rows' for records; it has 'data'"),
        ("r.json", '{"data": 7}', 'records = "data"', "has no list of records at 'data'"),
        ("r.zip", b"PK", "", "is no zip archive, or was cut"),
        ("r.zip", an_archive(r__txt="x"), 'pattern = "*.csv"', "fits no pattern"),
        ("r.xlsx", b"PK\x03\x04 and nothing else", "", "is not a spreadsheet (.xlsx) that can be read"),
        ("r.xlsx.gz", gzip.compress(a_workbook(ROWS), mtime=0)[:-50], "", "cannot be read to its end"),
    ],
    ids=told_apart,
)  # fmt: skip
def test_a_file_that_is_something_else_is_named_as_what_it_is(
    tmp_path: Path, name: str, content: bytes | str, keys: str, said: str
) -> None:
    with pytest.raises(WrongUse) as refusal:
        lines_of(f"{ZONE}[[file]]\n{keys}{FIELDS}", written(tmp_path, name, content))
    assert said in str(refusal.value)


def test_an_archive_behind_a_password_is_named(tmp_path: Path) -> None:
    content = bytearray(an_archive(r__csv=CSV))
    for header, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(header) + at] |= 1
    with pytest.raises(WrongUse, match=r"r\.csv is protected by a password"):
        lines_of("[[file]]" + FIELDS, written(tmp_path, "r.zip", bytes(content)))


def test_one_wrong_record_of_a_list_hides_no_other(tmp_path: Path) -> None:
    good = json.dumps(RECORDS[0])
    bad = ['{"id": 1, "id": 2}', '{"a": }', "7", '"]"', '{"a": "\udc80"}', '{"x": [1, {"y": "}"}, 01]}']
    text = "[" + ",\n".join(part for one in bad for part in (one, good)) + "]"
    lines = lines_of("[[file]]" + FIELDS, written(tmp_path, "r.json", text.encode(errors="surrogateescape")))
    assert [line.number for line in lines if line.error] == [1, 3, 5, 7, 9, 11]
    assert len(lines) == 12


@pytest.mark.parametrize("cut", [1, 2, 30])
def test_a_list_that_was_cut_is_named(tmp_path: Path, cut: int) -> None:
    lines = lines_of(ZONE + "[[file]]" + FIELDS, written(tmp_path, "r.json", json.dumps(RECORDS)[:-cut]))
    assert "cannot be read further" in (lines[-1].error or "")
    assert lines[0].error is None


def test_a_long_list_is_read_in_pieces(tmp_path: Path) -> None:
    many = [{**RECORDS[0], "id": f"c{number}", "note": '}]"\\' * 30} for number in range(5_000)]
    lines = lines_of("[[file]]" + FIELDS, written(tmp_path, "r.json", json.dumps(many)))
    assert [report_of(line).offence_id for line in lines] == [f"c{number}" for number in range(5_000)]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_in_an_archive_are_both_sent(tmp_path: Path) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for row in ROWS[1:]:
            archive.writestr("r.csv", "".join(",".join(each) + "\n" for each in (ROWS[0], row)))
    assert everything("", written(tmp_path, "r.zip", content.getvalue())) == BOTH

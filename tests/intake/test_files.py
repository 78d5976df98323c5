"""The laws of files of every kind: each is read by what it is, or named as what it is."""

import gzip
import io
import json
import zipfile
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from intake.drafting.survey import survey
from intake.intake import Intake
from models.errors import WrongUse
from tests.intake.mapped_files import FIELDS, lines_of, report_of, reports_of
from tests.intake.written_files import (
    BOTH,
    CSV,
    RECORDS,
    ROWS,
    XML,
    ZONE,
    a_workbook,
    an_archive,
    everything,
    told_apart,
    written,
)


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


@pytest.mark.parametrize(
    ("rows", "said"),
    [("Total rows: 3", "tells of 3 rows, and there are 2"), ("", "trailer (Total rows: {rows}) is missing")],
)
def test_a_trailer_that_does_not_fit_is_named_and_the_rows_are_sent(tmp_path: Path, rows: str, said: str) -> None:
    path = written(tmp_path, "r.csv", CSV + rows)
    lines = lines_of(f"{ZONE}[[file]]\ntrailer = 'Total rows: {{rows}}'" + FIELDS, path)
    assert [line.error is None for line in lines] == [True, True, False]
    assert said in (lines[-1].error or "")


@pytest.mark.parametrize(
    ("behind", "said"),
    [
        ("], {}]}", "has no name where one should stand"),
        ("]", "it ends within the document"),
        ('], "n": [1}', "it ends within the document"),
        ("]}]", "something stands behind the document"),
    ],
)
def test_a_list_that_ends_too_early_is_named_and_what_stands_before_it_is_sent(
    tmp_path: Path, behind: str, said: str
) -> None:
    text = f'{{"n": {{"a": "]"}}, "data": [{json.dumps(RECORDS[0])}{behind}'
    lines = lines_of(f"{ZONE}[[file]]\nrecords = 'data'{FIELDS}", written(tmp_path, "r.json", text))
    assert [line.number for line in lines] == [1, 2]
    assert said in (lines[1].error or "")


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


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("r.csv", CSV.replace("\n", "\r").replace(",x,", ',"x\ny",')),  # as a spreadsheet on a Mac writes it
        ("r.csv", CSV.replace("\n", "\r\n").replace("Z\r\n", "Z\r")),
        ("r.csv", CSV.replace("Z\n", "Z,,\n").replace("02\n", "02,, \n").replace(",x,", ',"x\ny",')),
        ("r.csv", CSV.replace("when\n", "when\n--,---,----,----\n").replace(",x,", ',"x\ny",')),
        ("r.csv", CSV.replace("when", "when,note,note").replace("Z\n", "Z,1,2\n").replace("02\n", '02,"a\nb",4\n')),
    ],
)
def test_rows_are_read_whatever_ends_them_and_stands_around_them(tmp_path: Path, name: str, content: str) -> None:
    read = everything("", written(tmp_path, name, content))
    assert [(offence, offender) for offence, offender, _ in read] == [("c1", "o1"), ("c2", "o2")]


@pytest.mark.parametrize("between", ["", "\ufeff"])
@pytest.mark.parametrize("name", ["r.csv", "r.xlsx"])
def test_a_header_that_comes_again_is_a_named_refusal_and_the_rows_behind_it_are_read(
    tmp_path: Path, name: str, between: str
) -> None:
    content = f"{CSV}{between}{CSV}" if name == "r.csv" else a_workbook([*ROWS, *ROWS])
    lines = lines_of(f"{ZONE}[[file]]{FIELDS}", written(tmp_path, name, content))
    assert [line.error is None for line in lines] == [True, True, False, True, True]
    assert "repeats the header" in (lines[2].error or "")


def test_columns_of_one_name_are_distinguished_by_their_places(tmp_path: Path) -> None:
    path = written(tmp_path, "r.csv", "id,who,who,what,when\nc1,o1,o2,x,2025-01-01T00:00:00Z\n")
    (report,) = reports_of("[[file]]" + FIELDS.replace('"who"', '"who#3"'), path)
    assert report.offender_id == "o2"
    with pytest.raises(WrongUse, match="Several are called 'who': each is named by its place"):
        lines_of("[[file]]" + FIELDS, path)
    plain = written(tmp_path, "p.csv", "event_id,type,type\ne1,a,b\n")
    with pytest.raises(WrongUse, match="names a column twice: 'type'"):
        list(Intake([plain], None, 0, unchecked=False))


OFFICE = {"[Content_Types].xml": "x"}


def an_office(**members: str) -> bytes:
    return an_archive(**OFFICE, **{name.replace("_", "/", 1): text for name, text in members.items()})


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("r.xlsx", an_archive(r__csv=CSV), "a zip archive"),
        ("r.xlsx", an_office(word_document__xml="x"), "a document of Word (.docx)"),
        ("r.xlsx", an_office(xl_workbook__bin="x"), "a binary Excel workbook (.xlsb)"),
        ("r.xlsx", an_archive(mimetype="application/vnd.oasis.opendocument.spreadsheet"), "a document of OpenOffice"),
        ("r.csv", "\n%PDF-1.7", "a PDF"),
        ("r.csv", b"\x89PNG\r\n\x1a\n", "a picture (PNG)"),
        ("r.csv", bytes(range(256)) * 9, "no text"),
        ("r.csv", bytes(900), "no text"),
        ("r.csv", b"r.csv".ljust(257, b"\0") + b"ustar\x0000", "a tar archive"),
        ("r.xml", '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "of 2003"),
    ],
    ids=told_apart,
)
def test_what_is_renamed_is_named_when_it_is_drafted_and_when_it_is_sent(
    tmp_path: Path, name: str, content: bytes | str, said: str
) -> None:
    path = written(tmp_path, name, content)
    with pytest.raises(WrongUse) as wrong:
        survey(path)
    assert said in str(wrong.value)
    records = "records = '//a'" if name == "r.xml" else ""
    with pytest.raises(WrongUse) as wrong:
        lines_of(f"[[file]]\n{records}{FIELDS}", path)
    assert said in str(wrong.value)


def test_a_formula_whose_value_was_not_saved_is_no_empty_cell(tmp_path: Path) -> None:
    rows: list[list[str]] = [["id", "who", "what", "when", "note"], *([*row, "=1+1"] for row in ROWS[1:])]
    assert everything("", written(tmp_path, "r.xlsx", a_workbook(rows))) == BOTH
    rows[1][2] = '=IF(1=1,"x","y")'
    lines = lines_of(f"{ZONE}[[file]]{FIELDS}", written(tmp_path, "r.xlsx", a_workbook(rows)))
    assert [line.number for line in lines if line.error] == [2]
    assert "'what' holds a formula whose value was not saved" in (lines[0].error or "")


@pytest.mark.parametrize(
    ("hours", "instant"),
    [
        (timedelta(hours=9, minutes=5), "2025-01-03T09:05:00+00:00"),
        (timedelta(hours=24), "2025-01-04T00:00:00+00:00"),
        (time(22, 15), "2025-01-03T22:15:00+00:00"),
        (2215, "2025-01-03T22:15:00+00:00"),
        (5, "2025-01-03T00:05:00+00:00"),
        (timedelta(hours=25), None),
    ],
)
@pytest.mark.parametrize("shown", ["dd/mm/yyyy", "dd/mm/yyyy hh:mm"])
def test_the_hours_of_a_date_stand_beside_it_as_a_time_a_duration_or_a_number(
    tmp_path: Path, hours: Any, instant: str | None, shown: str
) -> None:
    rows = [["id", "who", "what", "day", "at"], ["c1", "o1", "x", datetime(2025, 1, 3), hours]]
    rule = '{ template = "{day} {at}", pad = { at = 4 } }'
    mapping = f"{ZONE}[[file]]{FIELDS}".replace('"when"', rule)
    (line,) = lines_of(mapping, written(tmp_path, "r.xlsx", a_workbook(rows, D2=shown)))
    assert (line.error is None) == (instant is not None)
    assert instant is None or instant.encode() in (line.value or b"")

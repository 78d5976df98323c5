"""Which files a mapping takes, how they are written, and what is wrong with a mapping."""

from pathlib import Path

import pytest

from intake.intake import Intake
from intake.mapping.file import load_mapping
from models.errors import WrongUse
from models.instants import parse_instant
from tests.intake.mapped_files import (
    CHANGES,
    FIELDS,
    NOW,
    PROJECT,
    TWO_FILES,
    UPDATED,
    a_file,
    a_row,
    faults_of,
    lines_of,
    report_of,
    reports_of,
)


def test_a_folder_is_read_by_the_patterns_and_the_rest_is_left(tmp_path: Path) -> None:
    a_file(tmp_path, a_row())
    a_file(tmp_path, a_row(), name="changes.jsonl")
    a_file(tmp_path, "not json", name="notes.txt")
    mapping = tmp_path / "a.mapping.toml"
    mapping.write_text(TWO_FILES, encoding="utf-8")
    lines = list(Intake([tmp_path], load_mapping(mapping), NOW, unchecked=False))
    assert [report_of(line).type.value for line in lines] == ["offence.reported", "offence.amended"]


def test_files_that_belong_together_are_found_beside_the_first(tmp_path: Path) -> None:
    events = a_file(tmp_path, a_row())
    changes = a_file(tmp_path, a_row(), name="changes.jsonl")
    mapping = TWO_FILES.replace("pattern = 'events*'", "pattern = 'events*'\nbeside = true")
    assert lines_of(mapping, changes) == lines_of(mapping, changes, events)
    assert len(lines_of(mapping, changes)) == 2


def test_a_file_that_fits_no_pattern_is_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="fits no pattern"):
        lines_of(TWO_FILES, a_file(tmp_path, a_row(), name="other.jsonl"))


def test_a_column_that_the_file_lacks_is_wrong_use(tmp_path: Path) -> None:
    path = a_file(tmp_path, "id,who,WHAT,when", "1,2,3,4", name="r.csv")
    with pytest.raises(WrongUse, match="has no column 'what'; it has 'id', 'who', 'WHAT', 'when'"):
        lines_of("[[file]]" + FIELDS, path)


def test_another_delimiter_is_read(tmp_path: Path) -> None:
    path = a_file(tmp_path, "id;who;what;when", "c1;o1;x;2025-01-01T00:00:00Z", name="r.csv")
    (report,) = reports_of("[[file]]\ndelimiter = ';'" + FIELDS, path)
    assert report.code == "x"


def test_a_delimiter_makes_a_file_of_any_name_a_csv(tmp_path: Path) -> None:
    path = a_file(tmp_path, "id|who|what|when", "c1|o1|x|2025-01-01T00:00:00Z", name="export.txt")
    (report,) = reports_of("[[file]]\ndelimiter = '|'" + FIELDS, path)
    assert report.code == "x"


def test_a_tsv_is_separated_by_tabs(tmp_path: Path) -> None:
    path = a_file(tmp_path, "id\twho\twhat\twhen", "c1\to1\tx\t2025-01-01T00:00:00Z", name="export.tsv")
    (report,) = reports_of("[[file]]" + FIELDS, path)
    assert report.code == "x"


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "utf-16", "utf-16-le", "utf-8-sig", "shift_jis"])
def test_a_file_is_read_in_the_encoding_that_the_mapping_names(tmp_path: Path, encoding: str) -> None:
    who = "\u3042" if encoding == "shift_jis" else "\u00e9"
    path = tmp_path / "r.csv"
    path.write_bytes(f"id,who,what,when\r\nc1,{who},x,2025-01-01T00:00:00Z\r\n".encode(encoding))
    (report,) = reports_of(f"[[file]]\nencoding = '{encoding}'" + FIELDS, path)
    assert report.offender_id == who


EXPORT = """
time_format = "%d/%m/%Y %I:%M %p"
timezone = "Europe/Lisbon"
merge = true
[[file]]
delimiter = ";"
encoding = "cp1252"
[file.fields]
type = { column = "Situa\u00e7\u00e3o", table = { Anulado = "offence.withdrawn" }, otherwise = "offence.reported", \
default = "offence.reported" }
event_id = { template = "{offence_id}/{revision}" }
offence_id = "N\u00ba"
offender_id = "Arguido"
revision = { running = true }
code = { column = "C\u00f3digo", table = { "152.10" = "105.8.67.0", "143,0" = "8N.8.6.0" } }
occurred_at = "Ocorr\u00eancia"
recorded_at = { column = "Registo", format = "%d/%m/%Y" }
reported_at = { column = "Registo", format = "%d/%m/%Y", first = true }
"""


def test_an_export_of_another_city_needs_nothing_but_a_mapping(tmp_path: Path) -> None:
    rows = [
        "N\u00ba;Arguido;C\u00f3digo;Ocorr\u00eancia;Registo;Situa\u00e7\u00e3o",
        "7/24;\u00c1-2;143,0;09/02/2024 12:05 AM;10/02/2024;",
        '"7/24";\u00c1-1;"152.10";31/01/2024 11:30 PM;01/02/2024;',
        "7/24;\u00c1-1;152.10;31/01/2024 11:30 pm;12/02/2024;Anulado",
        "8/24;\u00c1-1;152.1;31/01/2024 11:30 PM;12/02/2024;",
    ]
    path = tmp_path / "export.txt"
    path.write_bytes("\r\n".join([*rows, ""]).encode("cp1252"))
    lines = lines_of(EXPORT, path)
    assert [line.error for line in lines if line.error] == ["C\u00f3digo: '152.1' is not in the table"]
    first, second, third = (report_of(line) for line in lines if not line.error)
    assert (first.offender_id, first.code, first.revision) == ("\u00c1-1", "105.8.67.0", 1)
    assert (second.offender_id, second.code) == ("\u00c1-2", "8N.8.6.0")
    assert second.occurred_at == parse_instant("2024-02-09T00:05:00Z")
    assert (third.offence_id, third.type.value, third.revision) == ("7/24", "offence.withdrawn", 2)
    assert third.reported_at == first.reported_at == first.recorded_at < third.recorded_at


def test_what_does_not_fit_the_encoding_is_an_error_of_its_line(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_bytes(b"id,who,what,when\nc1,\x81,x,2025-01-01T00:00:00Z\nc2,o,x,2025-01-01T00:00:00Z\n")
    lines = lines_of("[[file]]\nencoding = 'cp1252'" + FIELDS, path)
    assert lines[0].error == "column 'who' is not cp1252"
    assert report_of(lines[1]).offence_id == "c2"


def test_utf_16_that_breaks_off_is_an_error_and_not_an_end(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_bytes("id,who,what,when\nc1,o,x,2025-01-01T00:00:00Z\n".encode("utf-16") + b"\x00")
    lines = lines_of("[[file]]\nencoding = 'utf-16'" + FIELDS, path)
    assert "cannot be read further" in (lines[-1].error or "")


def test_a_header_cut_at_the_wrong_letter_says_which_it_could_be(tmp_path: Path) -> None:
    path = a_file(tmp_path, "id;who;what;when", "1;2;3;4", name="r.csv")
    with pytest.raises(WrongUse, match=r"it has 'id;who;what;when'\. Its cells seem to be separated by ';'"):
        lines_of("[[file]]" + FIELDS, path)


@pytest.mark.parametrize(
    ("mapping", "fault"),
    [
        ("", "file: "),
        ("[[file]]\ncolour = 1" + FIELDS, "file[1].colour: "),
        ("[[file]]" + FIELDS.replace('event_id = "id"', ""), "event_id is missing"),
        ("[[file]]" + FIELDS + 'victim = "v"\n', "file[1].fields.victim: is not a field"),
        ("[[file]]" + FIELDS + "revision = 1\n", "file[1].fields.revision: "),
        ("[[file]]" + FIELDS + "revision = {}\n", "needs exactly one of"),
        ("[[file]]" + FIELDS + 'source = { column = "a", value = "b" }\n', "needs exactly one of"),
        ("[[file]]" + FIELDS + "status = { running = true }\n", "only a revision"),
        ("[[file]]" + FIELDS + 'status = { column = "a", otherwise = "b" }\n', "otherwise goes with table"),
        ("[[file]]" + FIELDS + 'status = { column = "a", format = "%Y" }\n', "are for times"),
        ("[[file]]" + FIELDS + "reported_at = { original = true }\n", "original goes with merge"),
        ("merge = true\n" + CHANGES, "one of the files must hold the original reports"),
        ("time_format = '%d'\n[[file]]" + FIELDS, "needs a timezone"),
        ("timezone = 'Europe/Atlantis'\n[[file]]" + FIELDS, "timezone: 'Europe/Atlantis'"),
        ("timezone = '../x'\n[[file]]" + FIELDS, "timezone: '../x'"),
        ("[[file]]\nencoding = 'ebcdic'" + FIELDS, "file[1].encoding: 'ebcdic'"),
        ("[[file]]\nencoding = 'rot13'" + FIELDS, "file[1].encoding: 'rot13'"),
        ("[[file", "is not TOML"),
        ("[[file]]" + FIELDS + "revision = { running = true }\n", "file[1].fields: revision needs reported_at"),
        ("[[file]]" + FIELDS + 'revision = "x"\n', "revision needs reported_at"),
        (
            "[[file]]" + FIELDS.replace('recorded_at = "when"', "recorded_at = { column = 'when', instant = true }"),
            "instant is for revision",
        ),
        (UPDATED.replace("column = 'changed'", "value = 1") + " }\n", "instant goes with a column"),
        ("time_format = '%Y-%m-%d'\n" + UPDATED + " }\n", "fields.revision: a time_format without %z needs a timezone"),
        (UPDATED + " }\nsource = { column = 'a', first = true }\n", "first is for reported_at"),
        (
            UPDATED.replace("reported_at = 'when'", "reported_at = { column = 'when', first = true }") + " }\n",
            "first goes with a running revision",
        ),
    ],
)
def test_a_wrong_mapping_is_named(tmp_path: Path, mapping: str, fault: str) -> None:
    assert fault in faults_of(tmp_path, mapping)


def test_the_mapping_of_cook_county_has_no_fault() -> None:
    load_mapping(PROJECT / "policies" / "cook-county.mapping.toml")

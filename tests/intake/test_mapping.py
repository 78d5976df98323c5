"""The laws of files that were made for somebody else."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from intake.intake import Intake
from intake.line import Line
from intake.mapping.file import load_mapping
from models.decode import Report, decode
from models.errors import WrongUse
from models.instants import parse_instant

PROJECT = Path(__file__).parents[2]
NOW = parse_instant("2025-06-01T00:00:00Z")

FIELDS = """
[file.fields]
type = { value = "offence.reported" }
event_id = "id"
offence_id = "id"
offender_id = "who"
code = "what"
occurred_at = "when"
recorded_at = "when"
"""
CHANGES = """
[[file]]
pattern = "changes*"
[file.fields]
type = { value = "offence.amended" }
event_id = { template = "{offence_id}/{revision}" }
offence_id = "id"
offender_id = "who"
revision = { running = true }
code = { column = "what", original = true }
occurred_at = { original = true }
reported_at = { original = true }
recorded_at = { column = "when", not_before_original = true }
"""
TWO_FILES = (
    "merge = true\n[[file]]\npattern = 'events*'"
    + FIELDS
    + "revision = { running = true }\nreported_at = 'when'\n"
    + CHANGES
)


def a_row(**changes: Any) -> dict[str, Any]:  # Any: JSON
    return {"id": "c1", "who": "o1", "what": "x", "when": "2025-01-01T00:00:00Z"} | changes


def a_file(folder: Path, *rows: dict[str, Any] | str, name: str = "events.jsonl") -> Path:  # Any: JSON
    path = folder / name
    path.write_text(
        "".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows), encoding="utf-8"
    )
    return path


def lines_of(mapping: str, *paths: Path, unchecked: bool = False) -> list[Line]:
    file = paths[0].parent / "a.mapping.toml"
    file.write_text(mapping, encoding="utf-8")
    return list(Intake(paths, load_mapping(file), NOW, unchecked))


def reports_of(mapping: str, *paths: Path) -> list[Report]:
    return [report_of(line) for line in lines_of(mapping, *paths)]


def report_of(line: Line) -> Report:
    assert line.error is None
    return decode(line.key, line.value, NOW)


def faults_of(folder: Path, mapping: str) -> str:
    with pytest.raises(WrongUse) as wrong:
        lines_of(mapping, a_file(folder, a_row()))
    return str(wrong.value)


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


UPDATED = "[[file]]" + FIELDS + "reported_at = 'when'\nrevision = { column = 'changed', instant = true"


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
        None, "reported_at is empty: without it revision 2 would begin the window anew", None,
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

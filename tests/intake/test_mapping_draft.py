"""The laws of a drafted mapping: what a file tells is right, and what it does not tell is said."""

import gzip
import json
import re
import tomllib
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from cli.mapping.draft import drafted_text
from intake.drafting.survey import survey
from models.errors import WrongUse
from tests.intake.drafts import HEAD, RECORDS, ROWS, TITLES, a_csv, asked, drafted
from tests.intake.mapped_files import FIELDS, lines_of
from tests.intake.written_files import XML, a_workbook, an_archive, told_apart, written

COVER = "Eastmere Police;confidential\nCrimes, January; to March\n\n"
ACCENTED = a_csv(";").replace("Stalking", "Verfolgung (Täter)")


@pytest.mark.parametrize(
    ("name", "content", "keys"),
    [
        ("r.csv", a_csv(), {}),
        ("r.csv", a_csv(";"), {"delimiter": ";"}),
        ("r.csv", a_csv("\t"), {"delimiter": "\t"}),
        ("r.tsv", a_csv("\t"), {}),
        ("r.txt", a_csv("|"), {"delimiter": "|"}),
        ("r.csv", "sep=;\n" + a_csv(";"), {"delimiter": ";"}),
        ("r.csv", COVER + a_csv(";"), {"delimiter": ";"}),
        ("r.csv", "\n\n" + a_csv().replace("\n", "\r\n"), {}),
        ("r.csv", a_csv().replace("\n", "\r"), {}),
        ("r.csv", a_csv().encode("utf-16"), {"encoding": "utf-16"}),
        ("r.csv", a_csv().encode("utf-16-le"), {"encoding": "utf-16-le"}),
        ("r.csv", a_csv().encode("utf-8-sig"), {}),
        ("r.csv", ACCENTED.encode(), {"delimiter": ";"}),
        ("r.csv", ACCENTED.encode("cp1252"), {"encoding": "cp1252", "delimiter": ";"}),
        ("r.csv", ACCENTED.encode("cp850"), {"encoding": "cp850", "delimiter": ";"}),
        ("r.csv", a_csv() + "Total rows: 3\n", {"trailer": "Total rows: {rows}"}),
        ("r.csv.gz", gzip.compress(a_csv().encode(), mtime=0), {}),
        ("r.zip", an_archive(x__csv=a_csv()), {}),
        ("r.zip", an_archive(a__csv=a_csv(), b__csv=a_csv(rows=[HEAD, ROWS[0]]), README__txt="x" * 999), {}),
        ("r.xlsx", a_workbook([["Eastmere"], [], HEAD, *ROWS], "Crimes"), {"sheet": "Crimes"}),
        ("r.json", json.dumps(RECORDS), {}),
        ("r.json", json.dumps({"n": 3, "data": RECORDS}), {"records": "data"}),
        ("r.jsonl", "\n".join(map(json.dumps, RECORDS)), {}),
    ],
    ids=told_apart,
)  # fmt: skip
def test_a_draft_knows_how_a_file_is_written_and_where_its_header_stands(
    tmp_path: Path, name: str, content: bytes | str, keys: dict[str, str]
) -> None:
    draft = drafted(written(tmp_path, name, content))
    (file,) = draft["file"]
    assert {key: value for key, value in file.items() if key not in ("pattern", "fields")} == keys
    fields = file["fields"]
    assert (fields["offence_id"], fields["offender_id"]) == ("Crime No", {"pseudonym": "Suspect Ref"})
    assert fields["code"]["column"] == "Offence"
    assert fields["occurred_at"] == {"column": "Occurred", "format": "%d/%m/%Y %H:%M"}
    assert fields["revision"] == {"column": "Updated", "format": "%d/%m/%Y %H:%M:%S", "instant": True}
    assert fields["victim_sex"]["table"] == {"F": "female", "Female": "female", "M": "male"}


@pytest.mark.parametrize(
    ("name", "pattern"),
    [("r.csv", "*.csv"), ("week 3, Jan. 2025.csv", "*.csv"), ("r.csv.gz", "*.csv.gz"), ("r.zip", "*.csv"), ("r", "*")],
)
def test_a_draft_fits_the_file_that_it_was_made_from(tmp_path: Path, name: str, pattern: str) -> None:
    content = gzip.compress(a_csv().encode(), mtime=0) if name.endswith("gz") else a_csv()
    path = written(tmp_path, name, an_archive(x__csv=a_csv()) if name.endswith("zip") else content)
    draft = drafted(path)
    assert draft["file"][0]["pattern"] == pattern
    mapping = (
        draft["text"]
        .replace('timezone = "DECIDE"', 'timezone = "UTC"')
        .replace('{ pseudonym = "Suspect Ref" }', '"Suspect Ref"')
    )
    mapping = re.sub("(?m)^pseudonyms = .*$", "", mapping)
    assert [line.error for line in lines_of(mapping, path)] == [None] * 3


def test_what_a_draft_leaves_open_is_all_that_a_person_has_to_decide(tmp_path: Path) -> None:
    path = written(tmp_path, "r.csv", a_csv())
    mapping = tmp_path / "m.toml"
    assert asked("mapping", "draft", str(path), "--out", str(mapping)).exit_code == 0
    key = tmp_path / "pseudonym.key"
    key.write_text("k" * 64)
    key.chmod(0o600)
    refused = asked("ingest", "--dry-run", str(path), "--mapping", str(mapping))
    assert refused.exit_code == 2
    assert "timezone: 'DECIDE' is not a time zone" in refused.output
    mapping.write_text(mapping.read_text().replace('timezone = "DECIDE"', 'timezone = "Europe/London"'))
    done = asked("ingest", "--dry-run", "--json", str(path), "--mapping", str(mapping))
    assert done.exit_code == 0, done.output
    document = json.loads(done.stdout)
    assert (document["good"], document["refused_by_policy"]) == (3, [])
    assert document["first"]["occurred_at"] == "2025-01-13T22:15:00+00:00"
    again = asked("mapping", "draft", str(path), "--out", str(mapping))
    assert (again.exit_code, "nothing is overwritten" in again.output) == (2, True)


def test_deep_columns_of_json_and_xml_are_found(tmp_path: Path) -> None:
    record = {
        "caseNumber": "c1",
        "suspects": [{"personId": "p1"}],
        "offenceCode": "8N.8.6.0",
        "occurredAt": 1735689600000,
    }
    fields = drafted(written(tmp_path, "r.json", json.dumps({"data": [record]})))["file"][0]["fields"]
    assert fields["offender_id"] == {"pseudonym": "suspects[].personId"}
    assert fields["occurred_at"] == {"column": "occurredAt", "format": "epoch_ms"}
    (file,) = drafted(written(tmp_path, "r.xml", XML))["file"]
    assert file["records"] == "/Export/Case/Charges/Charge"


@pytest.mark.parametrize(
    ("case", "records", "offender"),
    [
        ('<row IncidentNo="{n}" SuspectRef="s{n}"/>', "/e/row", "@SuspectRef"),
        ("<Case><Id>{n}</Id><Suspect><Ref>s{n}</Ref><Age>9</Age></Suspect></Case>", "/e/Case", "Suspect.Ref"),
        ('<Case no="{n}"><Suspect><Ref>s</Ref></Suspect><At from="1" to="2"/></Case>', "/e/Case", "Suspect.Ref"),
    ],
)
def test_records_of_xml_are_what_stands_side_by_side_and_holds_others(
    tmp_path: Path, case: str, records: str, offender: str
) -> None:
    text = f"<e>{''.join(case.replace('{n}', str(number)) for number in range(3))}</e>"
    (file,) = drafted(written(tmp_path, "r.xml", text))["file"]
    assert (file["records"], file["fields"]["offender_id"]) == (records, {"pseudonym": offender})


def test_a_list_of_offenders_is_split_and_a_list_of_victims_stays_together(tmp_path: Path) -> None:
    records = [{"caseNumber": f"c{number}", "suspects": ["p1", "p2"], "victims": ["v1", "v2"]} for number in range(3)]
    fields = drafted(written(tmp_path, "r.json", json.dumps(records)))["file"][0]["fields"]
    assert fields["offender_id"] == {"pseudonym": "suspects", "split": ";"}
    assert fields["victim_ids"] == {"pseudonym": "victims"}


def test_a_code_is_taken_where_its_title_is_the_indexs_own_and_else_only_proposed(tmp_path: Path) -> None:
    text = a_csv().replace('"Rape, female 16 or over"', "Rape (adult)")
    draft = drafted(written(tmp_path, "r.csv", text))
    assert draft["file"][0]["fields"]["code"]["table"] == {"Stalking": "8Q.195.12.0"}
    assert re.search(r'^# DECIDE "Rape \(adult\)" = "19C', draft["text"], re.MULTILINE)


def test_victims_and_witnesses_are_left_out_where_a_column_says_who_is_what(tmp_path: Path) -> None:
    rows = [[*HEAD, "Role"], [*ROWS[0], "Suspect"], [*ROWS[1], "Victim"]]
    (file,) = drafted(written(tmp_path, "r.csv", a_csv(rows=rows)))["file"]
    assert file["where"] == {"Role": ["Suspect"]}


def test_a_file_without_a_header_gets_names_that_are_said_to_be_made_up(tmp_path: Path) -> None:
    draft = drafted(written(tmp_path, "r.csv", a_csv(rows=[["1", "2025-01-01", "x"], ["2", "2025-01-02", "y"]])))
    assert draft["file"][0]["header"] == ["column 1", "column 2", "column 3"]
    assert draft["file"][0]["fields"]["offender_id"] == "DECIDE"
    assert draft["timezone"] == "DECIDE"  # of times that a person will name


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [("r.csv", "", "no columns"), ("r.csv", "x\ny\n", "no columns"), ("r.json", "{", "is not JSON"),
     ("r.xml", "<a", "is not XML"), ("r.zip", an_archive(a="x", b="y"), "holds 2 files"), ("r.csv", "%PDF-1", "a PDF"),
     ("r.xls", "<html><table>", "a web page (HTML)"), ("r.json", '{"x": 1,\n"y": 2}', "holds no list of objects"),
     ("r.json", json.dumps({"a": [{"x": 1}], "data": [["c1", "o1"]] * 3}), "as lists without names at 'data'"),
     ("r.json", json.dumps({"c1": {"who": 1}, "c2": {"who": 2}}), "each under a name of its own"),
     ("r.json", '{"a":\n1}\n{"a":\n2}', "on a line of its own"), ("r.json", "[1, 2]", "holds no list of objects")],
)  # fmt: skip
def test_a_file_for_which_no_mapping_can_be_drafted_is_named(
    tmp_path: Path, name: str, content: Any, said: str
) -> None:
    done = asked("mapping", "draft", str(written(tmp_path, name, content)))
    assert done.exit_code == 2
    assert said in done.output


def test_codes_are_found_by_words_of_their_titles() -> None:
    found = json.loads(asked("index", "find", "stalking", "fear", "--json").stdout)["found"]
    assert found[0] == {"code": "8Q.8.65.0", "days": "84", "title": "Stalking, fear of violence"}
    assert json.loads(asked("index", "find", "8Q.8.65.0", "--json").stdout)["found"] == found[:1]
    nothing = asked("index", "find", "zzzz")
    assert (nothing.exit_code, "no title" in nothing.stdout) == (1, True)


CHECKED = f'timezone = "UTC"\n[[file]]\nunless = {{ who = ["nobody"] }}\n{FIELDS}'


def test_a_check_shows_rows_before_and_after_and_what_is_wrong_with_them(tmp_path: Path) -> None:
    rows = ["id,who,what,when,other", "c1,o1,x,2025-01-01,y", "c2,NULL,x,2025-01-01,y", "c3,nobody,x,2025-01-01,y"]
    path = written(tmp_path, "r.csv", "\n".join(rows) + "\nc9,o,x,soon,y" * 20)
    mapping = written(tmp_path, "m.toml", CHECKED)
    done = asked("mapping", "check", str(path), "--mapping", str(mapping), "--rows", "3", "--json")
    assert done.exit_code == 1
    first, second, third = json.loads(done.stdout)["rows"]
    assert first["before"] == {"id": "c1", "who": "o1", "what": "x", "when": "2025-01-01"}
    assert [report["offender_id"] for report in first["reports"]] == ["o1"]
    assert "looks like no value" in second["errors"][0]
    assert (third["reports"], third["errors"]) == ([], [])
    said = asked("mapping", "check", str(path), "--mapping", str(mapping), "--rows", "1")
    assert said.exit_code == 0
    assert "1 rows: 1 reports, 0 errors" in said.stdout


def test_texts_that_stand_for_nothing_are_no_texts_of_a_column(tmp_path: Path) -> None:
    rows = [HEAD, *ROWS, ["C/4", "N0012", "Stalking", "(null)", "14/01/2025", "15/01/2025 10:00:00", "N/A", "F"]]
    draft = drafted(written(tmp_path, "r.csv", a_csv(rows=rows)))
    assert draft["empty"] == ["(null)", "N/A"]
    assert draft["file"][0]["fields"]["occurred_at"]["format"] == "%d/%m/%Y %H:%M"
    assert draft["file"][0]["fields"]["status"]["table"] == {"Charged": "charged"}


@pytest.mark.parametrize("odd", ["\u200b", "\xa0", "\x9c", "\U000e0001", "\x01"])
def test_a_column_whose_name_cannot_be_seen_whole_is_written_so_that_toml_reads_it(tmp_path: Path, odd: str) -> None:
    path = written(tmp_path, "r.csv", a_csv().replace("Crime No", f"Crime{odd}No").encode())
    assert drafted(path)["file"][0]["fields"]["offence_id"] == f"Crime{odd}No"


@pytest.mark.parametrize("depth", [150, 600, 990, 5_000])
@pytest.mark.parametrize(("begin", "end"), [("[", "]"), ('{"a":', "}"), ('[{"a":', "}]")])
@pytest.mark.parametrize("around", ["%s", '{"data": [{"id": 1, "deep": %s}]}', '{"id": 1, "deep": %s}\n' * 2])
def test_what_is_nested_however_deep_is_drafted_or_named(
    tmp_path: Path, depth: int, begin: str, end: str, around: str
) -> None:
    path = tmp_path / "r.json"
    path.write_text(around.replace("%s", f"{begin * depth}1{end * depth}"))
    with suppress(WrongUse):
        tomllib.loads(drafted_text(survey(path), TITLES))


def test_a_survey_tells_how_far_it_has_come(tmp_path: Path) -> None:
    heard: list[int] = []
    survey(written(tmp_path, "r.csv", a_csv(rows=[HEAD, *ROWS * 1_400])), heard.append)
    assert heard == [2_000, 4_000]

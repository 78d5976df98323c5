"""The laws of ids: what is no value is no person, one person has one id, and several in one cell are several."""

import json
import math
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.ids import clean_id, fault_of_id
from tests.intake import test_plain as plain
from tests.intake.mapped_files import FIELDS, a_file, a_row, faults_of, lines_of, report_of

MAPPING = "[[file]]" + FIELDS
NOTHING = [
    "NULL",
    "null",
    "None",
    "NaN",
    "N/A",
    "#N/A",
    "\\N",
    "(null)",
    "unknown",
    "-",
    "--",
    "?",
    ".",
    "#REF!",
    "true",
    "FALSE",
]
SPLIT = MAPPING.replace('event_id = "id"', "event_id = { template = '{offence_id}/{offender_id}' }").replace(
    'offender_id = "who"', "offender_id = { column = 'who', split = ';' }"
)


def with_rule(rule: str, field: str = 'offender_id = "who"') -> str:
    return MAPPING.replace(field, f"{field.split(maxsplit=1)[0]} = {{ column = 'who', {rule} }}")


def persons(mapping: str, folder: Path, *ids: Any) -> list[str]:  # Any: JSON
    lines = lines_of(mapping, a_file(folder, *(a_row(who=one) for one in ids)))
    return [line.error or report_of(line).offender_id for line in lines]


@pytest.mark.parametrize("nothing", NOTHING)
@pytest.mark.parametrize("field", ["offender_id", "offence_id"])
def test_what_looks_like_no_value_is_nobody_and_nothing(tmp_path: Path, nothing: str, field: str) -> None:
    mapped = lines_of(
        MAPPING, a_file(tmp_path, a_row(**{"offender_id": {"who": nothing}, "offence_id": {"id": nothing}}[field]))
    )
    own = plain.lines_of(plain.a_file(tmp_path, plain.a_line(**{field: nothing})))
    cells = plain.a_report(**{field: nothing})
    table = plain.lines_of(plain.a_file(tmp_path, f"{','.join(cells)}\n{','.join(cells.values())}\n", "r.csv"))
    for (line,) in (mapped, own, table):
        assert (line.error or "").startswith(f"{field}: {nothing!r} looks like no value")


def test_marks_of_no_value_are_no_value_where_the_mapping_names_them(tmp_path: Path) -> None:
    mapping = "empty = ['NULL', '-']\n" + MAPPING + "status = { column = 'how', default = 'reported' }\n"
    path = a_file(tmp_path, a_row(how="NULL"), a_row(how="-"), a_row(how="charged"), a_row(who="NULL", how=""))
    lines = lines_of(mapping, path)
    assert [report_of(line).status for line in lines[:3]] == ["reported", "reported", "charged"]
    assert lines[3].error == "offender_id is empty"


def test_a_field_may_have_marks_of_its_own(tmp_path: Path) -> None:
    mapping = "empty = ['-']\n" + MAPPING + "status = { column = 'how', empty = ['x'], default = 'reported' }\n"
    lines = lines_of(mapping, a_file(tmp_path, a_row(how="x"), a_row(how="-")))
    assert [report_of(line).status for line in lines] == ["reported", "-"]


def test_a_template_with_a_mark_in_it_is_no_value(tmp_path: Path) -> None:
    mapping = "empty = ['NULL']\n" + MAPPING.replace('"who"', "{ template = '{who}/{what}' }")
    assert persons(mapping, tmp_path, "NULL", "a") == ["offender_id is empty", "a/x"]


@pytest.mark.parametrize("part", ["NULL", "n/a", "17.0", "1.2E+11"])
def test_a_part_that_is_no_value_makes_no_id_with_others(tmp_path: Path, part: str) -> None:
    path = a_file(tmp_path, "id,who,what,when", f"c1,{part},x,2025-01-01T00:00:00Z", name="r.csv")
    (line,) = lines_of(MAPPING.replace('"who"', "{ template = 'Eastmere-{who}' }"), path)
    assert (line.error or "").startswith(f"who: {part!r} ")


def test_what_looks_like_no_value_may_be_one(tmp_path: Path) -> None:
    assert persons(with_rule("literal = ['NA']"), tmp_path, "NA", "null")[0] == "NA"


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_of_json_is_nobody(tmp_path: Path, number: float) -> None:
    word = json.dumps(number)
    (said,) = persons(MAPPING, tmp_path, number)
    assert said.startswith(f"who: {word} is no value of JSON")
    assert persons(f"empty = ['{word}']\n" + MAPPING, tmp_path, number) == ["offender_id is empty"]


def test_what_is_no_number_of_json_harms_nobody_in_a_column_that_is_not_read(tmp_path: Path) -> None:
    (line,) = lines_of(MAPPING, a_file(tmp_path, a_row(age=math.nan)))
    assert line.error is None


def test_a_name_that_stands_twice_in_a_json_object_is_named(tmp_path: Path) -> None:
    (line,) = lines_of(MAPPING, a_file(tmp_path, json.dumps(a_row())[:-1] + ', "who": "o2"}'))
    assert line.error == "names 'who' twice"


@pytest.mark.parametrize("letter", ["\u034f", "\u3164", "\u2800", "\ufe0f", "\u180b", "\U000e0100"])
def test_a_letter_without_a_shape_cannot_be_seen_either(letter: str) -> None:
    assert clean_id(f"S-1{letter}") == "S-1"
    assert fault_of_id(f"S-{letter}1") == f"holds U+{ord(letter):04X}, which cannot be seen"


def test_one_person_has_one_id_however_it_is_padded_or_spelled(tmp_path: Path) -> None:
    ids = ["S-\u00e91", " S-\u00e91  ", "\ufeffS-\u00e91", "S-\u00e91\u200b", "\u00a0S-\u00e91\t", "S-e\u03011"]
    assert set(persons(MAPPING, tmp_path, *ids)) == {"S-\u00e91"}
    cells = plain.CELLS.replace("o1", "{}")
    content = "\n".join([plain.HEADER, *(cells.format(one) for one in ids)]) + "\n"
    assert {line.key for line in plain.lines_of(plain.a_file(tmp_path, content, "r.csv"))} == {"S-\u00e91".encode()}


@pytest.mark.parametrize("odd", ["S-1 ", "\ufeffS-1", "S\u200b-1", "S\u00a01", "S-1\n", "S-e\u03011", "S\x001"])
def test_a_json_line_that_is_sent_as_it_is_has_no_id_that_looks_like_another(tmp_path: Path, odd: str) -> None:
    (line,) = plain.lines_of(plain.a_file(tmp_path, plain.a_line(offender_id=odd)))
    assert (line.error or "").startswith("offender_id: ")
    (line,) = plain.lines_of(plain.a_file(tmp_path, plain.a_line(offender_id=odd)), unchecked=True)
    assert line.error is None


@pytest.mark.parametrize("odd", ["S\u200b-1", "S\u00adx", "S\u202e1", "S\u00a01", "S\x071"])
def test_what_cannot_be_seen_inside_of_an_id_is_named(tmp_path: Path, odd: str) -> None:
    (said,) = persons(MAPPING, tmp_path, odd)
    assert f"holds U+{ord(odd[1]):04X}, which cannot be seen" in said


@pytest.mark.parametrize(
    "marked", ['"S-1"', "'S-1'", "'00123", '="00123"', '\\"S-1\\"', "\u201cS-1\u201d", "\u00abS-1\u00bb"]
)
def test_marks_around_an_id_are_named_and_taken_off_on_demand(tmp_path: Path, marked: str) -> None:
    (said,) = persons(MAPPING, tmp_path, marked)
    assert "has marks around it" in said
    rule = 'strip = "=\\"\'\\\\\u201c\u201d\u00ab\u00bb"'
    assert persons(with_rule(rule), tmp_path, marked)[0] in ("S-1", "00123")


def test_marks_inside_of_an_id_are_part_of_it(tmp_path: Path) -> None:
    assert persons(MAPPING, tmp_path, 'S "the" 3', "O'B-1", "S-4=") == ['S "the" 3', "O'B-1", "S-4="]


def test_a_whole_number_of_json_is_its_digits(tmp_path: Path) -> None:
    path = a_file(tmp_path, '{"id": 123456789012, "who": 17.0, "what": 13.10, "when": "2025-01-01T00:00:00Z"}')
    report = report_of(lines_of(MAPPING, path)[0])
    assert (report.offence_id, report.offender_id, report.code) == ("123456789012", "17", "13.10")


@pytest.mark.parametrize("number", ["1.23E+11", "1e5", "1E5"])
def test_a_number_whose_digits_are_lost_is_nobody(tmp_path: Path, number: str) -> None:
    path = a_file(tmp_path, json.dumps(a_row(who="?")).replace('"?"', number))
    (line,) = lines_of(MAPPING, path)
    assert "its last digits are lost" in (line.error or "")


def test_in_a_csv_the_mapping_says_whether_point_nought_belongs_to_an_id(tmp_path: Path) -> None:
    path = a_file(tmp_path, "id,who,what,when", "c1,17.0,8.0,2025-01-01T00:00:00Z", name="r.csv")
    assert "is a number with .0 behind it" in (lines_of(MAPPING, path)[0].error or "")
    for whole, who in (("true", "17"), ("false", "17.0")):
        report = report_of(lines_of(with_rule(f"whole = {whole}"), path)[0])
        assert (report.offender_id, report.code) == (who, "8.0")
    path = a_file(tmp_path, "id,who,what,when", "c1,1.23E+11,x,2025-01-01T00:00:00Z", name="r.csv")
    assert "its last digits are lost" in (lines_of(MAPPING, path)[0].error or "")


def test_several_suspects_in_one_cell_are_a_report_each(tmp_path: Path) -> None:
    lines = lines_of(SPLIT, a_file(tmp_path, a_row(who="S-1; S-2 ;;S-1"), a_row(who="S-3")))
    assert [report_of(line)[0:4:3] for line in lines] == [("c1/S-1", "S-1"), ("c1/S-2", "S-2"), ("c1/S-3", "S-3")]


def test_a_list_of_suspects_is_a_report_each(tmp_path: Path) -> None:
    lines = lines_of(SPLIT, a_file(tmp_path, a_row(who=["S-1", 7.0, None])))
    assert [report_of(line).offender_id for line in lines] == ["S-1", "7"]
    (line,) = lines_of(MAPPING, a_file(tmp_path, a_row(who=["S-1"])))
    assert line.error == "who: holds a list, and offender_id is one text"


def test_of_several_suspects_each_that_is_none_is_named(tmp_path: Path) -> None:
    lines = lines_of(SPLIT, a_file(tmp_path, a_row(who="S-1;NULL;S\u200b2"), a_row(who=";")))
    assert [line.number for line in lines] == [1, 1, 1, 2]
    assert [(line.error or "sent").split("'")[0] for line in lines] == [
        "sent",
        "offender_id: ",
        "offender_id: ",
        "offender_id is empty",
    ]


def test_the_suspects_of_one_row_run_revisions_of_their_own(tmp_path: Path) -> None:
    mapping = SPLIT + "revision = { running = true }\nreported_at = 'when'\n"
    lines = lines_of(mapping, a_file(tmp_path, a_row(who="S-1;S-2"), a_row(who="S-2")))
    assert [(report_of(line).offender_id, report_of(line).revision) for line in lines] == [
        ("S-1", 1),
        ("S-2", 1),
        ("S-2", 2),
    ]


def test_victims_may_be_separated_otherwise(tmp_path: Path) -> None:
    mapping = MAPPING + "victim_ids = { column = 'hurt', split = '|' }\n"
    lines = lines_of(
        mapping, a_file(tmp_path, a_row(hurt="V-1 |V;2"), a_row(hurt="V-1|NULL"), a_row(hurt=["V-3", 4.0]))
    )
    assert json.loads(lines[0].value or b"")["victim_ids"] == ["V-1", "V;2"]
    assert "looks like no value" in (lines[1].error or "")
    assert json.loads(lines[2].value or b"")["victim_ids"] == ["V-3", "4"]


@pytest.mark.parametrize(
    ("mapping", "fault"),
    [
        (MAPPING.replace('"who"', "{ column = 'who', split = ';' }"), "event_id: must hold {offender_id}"),
        (
            MAPPING.replace('code = "what"', "code = { column = 'what', split = ';' }"),
            "only offender_id and victim_ids can be split",
        ),
        (MAPPING.replace('"who"', "{ column = 'who', split = '' }"), "at least 1 character"),
        ("empty = 'NULL'\n" + MAPPING, "empty: "),
        ("empty = [1]\n" + MAPPING, "empty"),
    ],
)
def test_a_rule_about_ids_that_means_nothing_is_refused(tmp_path: Path, mapping: str, fault: str) -> None:
    assert fault in faults_of(tmp_path, mapping)


@given(st.text(max_size=8))
def test_what_passes_as_an_id_can_be_told_apart_by_eye(text: str) -> None:
    told = clean_id(text)
    assert clean_id(told) == told
    if fault_of_id(told) is None:
        assert told == told.strip() == unicodedata.normalize("NFC", told)
        assert not any(unicodedata.category(letter) in ("Cc", "Cf") for letter in told)

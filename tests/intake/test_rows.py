"""The laws of rows and fields: what is left out, gathered or put in is counted, and nobody is named who need not be."""

import json
from pathlib import Path
from typing import Any

import pytest

from intake.intake import Intake
from intake.line import Line
from intake.mapping.file import load_mapping
from intake.tally import Tally
from models.errors import WrongUse
from models.instants import parse_instant
from tests.intake.mapped_files import FIELDS, NOW, a_file, a_row, faults_of, lines_of, report_of, reports_of

ROLES = ("SUSPECT", "VICTIM", "suspect", "", "WITNESS", "SUSPECT")


def intake_of(mapping: str, *paths: Path) -> tuple[list[Line], Tally]:
    file = paths[0].with_name("a.mapping.toml")
    file.write_text(mapping, encoding="utf-8")
    intake = Intake(paths, load_mapping(file), NOW, unchecked=False)
    return list(intake), intake.tally


def test_rows_that_the_mapping_does_not_want_are_counted_by_their_text(tmp_path: Path) -> None:
    path = a_file(tmp_path, *(a_row(id=f"c{place}", role=role) for place, role in enumerate(ROLES)))
    lines, tally = intake_of('[[file]]\nwhere = { role = ["SUSPECT"] }' + FIELDS, path)
    assert [report_of(line).offence_id for line in lines] == ["c0", "c5"]
    left_out = {text: rows for (_, text), rows in tally.left_out.items()}
    assert left_out == {"VICTIM": 1, "suspect": 1, "": 1, "WITNESS": 1}
    lines, tally = intake_of('[[file]]\nunless = { role = ["", "WITNESS"], what = ["y"] }' + FIELDS, path)
    assert (len(lines), tally.left_out.total()) == (4, 2)


def test_a_column_of_a_filter_must_be_there(tmp_path: Path) -> None:
    path = a_file(tmp_path, "id,who,what,when", "c1,o1,x,2025-01-01T00:00:00Z", name="r.csv")
    with pytest.raises(WrongUse, match="has no column 'role'"):
        lines_of('[[file]]\nwhere = { role = ["SUSPECT"] }' + FIELDS, path)


XML_ROLES = """<e>
<r><id>c1</id><who>o1</who><what>x</what><when>2025-01-01T00:00:00Z</when><role code="V">VICTIM</role></r>
<r><id>c2</id><who>o2</who><what>x</what><when>2025-01-01T00:00:00Z</when><role code="S">SUSPECT</role></r>
<r><id>c3</id><who>o3</who><what>x</what><when>2025-01-01T00:00:00Z</when><role>VICTIM</role><role>SUSPECT</role></r>
</e>"""


@pytest.mark.parametrize("condition", ['where = { role = ["SUSPECT"] }', 'unless = { role = ["VICTIM"] }'])
def test_a_condition_reads_a_cell_as_a_field_does_whatever_its_element_carries(tmp_path: Path, condition: str) -> None:
    path = tmp_path / "r.xml"
    path.write_text(XML_ROLES)
    lines, tally = intake_of(f"[[file]]\nrecords = '/e/r'\n{condition}{FIELDS}", path)
    assert [line.key for line in lines] == [b"o2", None]
    assert lines[1].error == "role: holds a list, not a text"
    assert tally.left_out == {("role", "VICTIM"): 1}


@pytest.mark.parametrize(("told", "kind"), [(["VICTIM"], "a list"), ({"name": "VICTIM"}, "an object")])
@pytest.mark.parametrize("column", ["role", "role.of"])
def test_what_a_condition_cannot_read_is_an_error_of_the_row(
    tmp_path: Path, told: object, kind: str, column: str
) -> None:
    path = a_file(tmp_path, a_row(**{column: told}), a_row(**{column: None}))
    lines, _ = intake_of(f'[[file]]\nunless = {{ "{column}" = ["VICTIM"] }}{FIELDS}', path)
    assert [line.error for line in lines] == [f"{column}: holds {kind}, not a text", None]


@pytest.mark.parametrize(
    "condition", ['where = { "roles.role" = ["SUSPECT"] }', 'unless = { "roles.role" = ["VICTIM"] }']
)
def test_a_list_on_the_way_to_what_a_condition_reads_is_an_error_too(tmp_path: Path, condition: str) -> None:
    two: list[dict[str, Any]] = [{"role": "VICTIM"}, {"role": "SUSPECT"}]
    rows = [a_row(roles=roles, id=f"c{place}") for place, roles in enumerate([two, two[:1], two[0], two[1], []])]
    lines, _ = intake_of(f"[[file]]\n{condition}{FIELDS}", a_file(tmp_path, *rows))
    errors = {line.number: line.error for line in lines if line.error}
    assert errors == dict.fromkeys([1, 2], "roles.role: holds a list, not a text")
    sent = [report_of(line).offence_id for line in lines if line.error is None]
    assert sent == (["c3"] if condition.startswith("where") else ["c3", "c4"])
    keys = f"[[file]]\n{condition}{FIELDS}".replace("roles.", "roles[].")
    keys = keys.replace('event_id = "id"', 'event_id = { template = "{id}/{roles[].role}" }')
    assert [line.error for line in intake_of(keys, a_file(tmp_path, *rows[:4]))[0]] == [None, None]


GATHER = (
    '[[file]]\ngather = true\n[file.fields]\nvictim_ids = "victim"\nvictim_sex = "sex"\nreported_at = "when"\n'
    + FIELDS.replace("[file.fields]", "").lstrip()
)


def test_rows_of_one_offence_of_one_offender_are_gathered(tmp_path: Path) -> None:
    rows = [
        a_row(victim="v1", sex="male", when="2025-01-02T00:00:00Z"), a_row(who="o2", victim="v1", sex="male"),
        a_row(victim="v2", sex="female", when="2025-01-01T00:00:00+01:00"),
        a_row(victim="v1", sex="", when="2025-01-03T00:00:00Z"),
    ]  # fmt: skip
    lines, tally = intake_of(GATHER, a_file(tmp_path, *rows))
    assert [json.loads(line.value or b"")["victim_ids"] for line in lines] == [["v1", "v2"], ["v1"]]
    first, second = map(report_of, lines)
    assert (first.victim_sex, second.victim_sex) == ("female", "male")
    assert first.reported_at == first.occurred_at == parse_instant("2025-01-01T00:00:00+01:00")
    assert first.recorded_at == parse_instant("2025-01-03T00:00:00Z")
    assert tally.gathered == 2
    assert tally.differing["victim_sex"] == 2


def test_whose_sex_wins_is_said_by_the_mapping(tmp_path: Path) -> None:
    path = a_file(tmp_path, a_row(victim="v1", sex="female"), a_row(victim="v2", sex="unknown"))
    mapping = GATHER.replace("gather = true", 'gather = { victim_sex = ["unknown", "male", "female"] }')
    (line,) = lines_of(mapping, path)
    assert report_of(line).victim_sex == "unknown"


def test_rows_that_differ_in_what_must_agree_are_not_gathered_but_named(tmp_path: Path) -> None:
    rows = [a_row(sex="male"), a_row(sex="male", what="y"), a_row(sex="male", when="soon")]
    lines, tally = intake_of(GATHER, a_file(tmp_path, *rows))
    errors = [(line.number, line.error) for line in lines if line.error]
    assert errors == [
        (2, "code differs from that of line 1, the same offence and offender: 'y' and 'x'"),
        (3, "occurred_at is not RFC 3339 with an offset"),
    ]
    assert (len(lines), tally.gathered) == (3, 0)


def test_the_first_column_that_has_a_value_is_taken_by_its_own_rule(tmp_path: Path) -> None:
    times = "{ first_of = ['exact', { column = 'day', format = '%d/%m/%Y' }], timezone = 'UTC' }"
    mapping = "[[file]]" + FIELDS.replace('occurred_at = "when"', f"occurred_at = {times}")
    rows = [a_row(exact="2025-01-01T10:00:00", day="03/01/2025"), a_row(exact="", day="03/01/2024"), a_row(exact="x")]
    lines = lines_of(mapping, a_file(tmp_path, *rows))
    assert [report_of(line).occurred_at for line in lines[:2]] == [
        parse_instant("2025-01-01T10:00:00Z"), parse_instant("2024-01-03T00:00:00Z"),
    ]  # fmt: skip
    assert lines[2].error == "occurred_at: 'x' does not fit ISO 8601"


def test_a_time_may_have_several_formats_and_is_never_read_by_the_wrong_one(tmp_path: Path) -> None:
    mapping = "time_format = ['%d/%m/%Y', '%m/%d/%Y', '%Y-%m-%d']\ntimezone = 'UTC'\n[[file]]" + FIELDS
    lines = lines_of(
        mapping, a_file(tmp_path, *(a_row(when=text) for text in ("13/01/2025", "2025-01-02", "01/01/2025")))
    )
    assert [report_of(line).occurred_at for line in lines] == [
        parse_instant(f"2025-01-{day}T00:00:00Z") for day in ("13", "02", "01")
    ]
    twice, none = lines_of(mapping, a_file(tmp_path, a_row(when="02/01/2025"), a_row(when="1.2.2025")))
    assert twice.error == "occurred_at: '02/01/2025' fits %d/%m/%Y and %m/%d/%Y, which read it as two instants"
    assert none.error == "occurred_at: '1.2.2025' fits none of %d/%m/%Y, %m/%d/%Y, %Y-%m-%d"


def test_letters_are_raised_and_lowered_before_a_table_is_asked(tmp_path: Path) -> None:
    rule = "status = { column = 'state', lower = true, table = { charged = 'charged' } }\n"
    fields = FIELDS.replace('offender_id = "who"', 'offender_id = { column = "who", upper = true }')
    (report,) = reports_of("[[file]]" + fields + rule, a_file(tmp_path, a_row(state="CharGed", who="s-1")))
    assert (report.status, report.offender_id) == ("charged", "S-1")


LOOKUP = '{ column = "what", lookup = { file = "codes.csv", from = "HO", to = "CCHI" } }'


def looked_up(folder: Path, codes: str) -> str:
    folder.joinpath("codes.csv").write_text(codes)
    return "[[file]]" + FIELDS.replace('code = "what"', f"code = {LOOKUP}")


def test_codes_are_looked_up_in_a_second_file(tmp_path: Path) -> None:
    mapping = looked_up(tmp_path, "\ufeffHO,title,CCHI\n8/1,x,8N.8.6.0\n8/2,y,\n8/1,z,8N.8.6.0\n")
    first, second = lines_of(mapping, a_file(tmp_path, a_row(what="8/1"), a_row(what="8/2")))
    assert report_of(first).code == "8N.8.6.0"
    assert second.error == "what: '8/2' is not in the table"


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        ("HO,CCHI\n8/1,a\n8/1,b\n", "codes.csv:3: '8/1' stands for 'a' already"),
        ("HO,title\n", "has no column 'CCHI'; it has 'HO', 'title'"),
        ('HO,CCHI\n"x,y\n', "is not CSV in utf-8-sig"),
        ("", "has no column"),
    ],
)
def test_a_second_file_that_does_not_fit_is_named(tmp_path: Path, codes: str, said: str) -> None:
    mapping = looked_up(tmp_path, codes)
    with pytest.raises(WrongUse) as refusal:
        lines_of(mapping, a_file(tmp_path, a_row()))
    assert said in str(refusal.value)


def test_a_default_is_counted(tmp_path: Path) -> None:
    mapping = "[[file]]" + FIELDS + 'status = { column = "state", default = "reported" }\n'
    lines, tally = intake_of(mapping, a_file(tmp_path, a_row(state="charged"), a_row(state=""), a_row(state=None)))
    assert [report_of(line).status for line in lines] == ["charged", "reported", "reported"]
    assert tally.defaults == {("status", "reported"): 2}


@pytest.mark.parametrize(
    ("mapping", "fault"),
    [
        ("[[file]]\nwhere = { role = 'S' }" + FIELDS, "file[1].where.role"),
        ("[[file]]\nsheet = 'a'\nrecords = 'b'" + FIELDS, "records: goes not with sheet"),
        ("[[file]]\ngather = { victim_sex = ['female'] }" + FIELDS, "names each of female, male, unknown once"),
        ("[[file]]" + FIELDS.replace('"who"', '{ pseudonym = "who" }'), "pseudonyms: the key is missing"),
        ("[[file]]" + FIELDS.replace('code = "what"', 'code = { pseudonym = "what" }'), "are ids of persons"),
        ("[[file]]" + FIELDS.replace('"who"', '{ first_of = [] }'), "file[1].fields.offender_id.first_of"),
        ("[[file]]" + FIELDS.replace('"who"', '{ first_of = ["a"], column = "b" }'), "needs exactly one of"),
        ("[[file]]" + FIELDS.replace('"who"', '{ column = "a", upper = true, lower = true }'), "two ways to write it"),
        ("[[file]]" + FIELDS.replace('"who"', '"who[].id"'), "event_id: must hold {offender_id}"),
        ("[[file]]" + FIELDS.replace('"what"', '{ column = "a", lookup = { file = "b" } }'), "lookup"),
        ("pseudonyms = { key = 'k', normalise = ['x'] }\n[[file]]" + FIELDS, "pseudonyms.normalise"),
    ],
)  # fmt: skip
def test_a_wrong_key_of_a_mapping_is_named_with_its_place(tmp_path: Path, mapping: str, fault: str) -> None:
    assert fault in faults_of(tmp_path, mapping)

"""The tables beside the policies lead to codes and statuses that the default policy has, and guess nothing."""

import csv
from pathlib import Path

import pytest

from models.policy import MILLIDAYS_PER_DAY
from policies.policy_file import load_policy
from policies.recorded_codes import cjs_codes, class_and_code, main, of_one_value, recorded_codes
from tests.intake.mapped_files import FIELDS, PROJECT, a_file, a_row, lines_of, report_of

TABLES = PROJECT / "policies" / "tables"
POLICY = load_policy(PROJECT / "policies" / "v100.toml")


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


@pytest.mark.parametrize("name", ["home-office-codes.csv", "cjs-codes.csv"])
def test_every_recorded_code_stands_once_for_a_code_of_the_index_and_its_days(name: str) -> None:
    rows = rows_of(TABLES / name)
    assert len({row["recorded"] for row in rows}) == len(rows) > 100
    for row in rows:
        assert POLICY.index[row["code"]] == float(row["days"]) * MILLIDAYS_PER_DAY, row
        assert all(float(other.rpartition("=")[2]) > float(row["days"]) for other in row["also"].split())


def test_every_code_of_the_index_by_class_and_home_office_code_is_recorded_as_itself() -> None:
    recorded = {row["recorded"]: row["code"] for row in rows_of(TABLES / "home-office-codes.csv")}
    pairs = [code for code in POLICY.index if ":" in code]
    assert pairs
    assert [recorded[code] for code in pairs] == pairs


def test_every_outcome_type_has_one_status_that_the_policy_has() -> None:
    rows = rows_of(TABLES / "outcomes.csv")
    assert [row["outcome"] for row in rows] == ["0", "1", "1A", "2", "2A", "3", "3A", *map(str, range(4, 23))]
    assert {row["status"] for row in rows} <= POLICY.status.keys()
    assert all(row["kind"] and row["meaning"] for row in rows)


OFFICIAL = """urn,class_code,ho_code,cjs_codes,days
1.1,1,001/01,COML025 AA01,5475
1.1A,1,001/01,COML025,3285
2.1,2,002/01,BB01 BB02,10
2.2,2,002/01,BB02,10
9.9,9,009/01,CC01,1
3.1,,,N/A,2
"""


def made(folder: Path) -> Path:
    (folder / "official.csv").write_text(OFFICIAL)
    (folder / "index.csv").write_text("code,days,title\n1.1,5475,m\n1.1A,3285,a\n2.1,10,b\n2.2,10,c\n3.1,2,d\n")
    main(folder / "official.csv", folder / "index.csv", folder)
    return folder


def test_the_lowest_counts_by_home_office_code_and_what_is_not_in_the_index_is_left_out(tmp_path: Path) -> None:
    rows = [tuple(row.values()) for row in rows_of(made(tmp_path) / "home-office-codes.csv")]
    assert rows == [("1:001/01", "1.1A", "3285", "1.1=5475", "a"), ("2:002/01", "2.1", "10", "", "b")]


def test_a_statute_that_stands_for_several_values_is_left_out(tmp_path: Path) -> None:
    rows = [(row["recorded"], row["code"]) for row in rows_of(made(tmp_path) / "cjs-codes.csv")]
    assert rows == [("AA01", "1.1"), ("BB01", "2.1"), ("BB02", "2.1")]


def test_an_extract_with_class_code_and_outcome_is_read_by_the_tables(tmp_path: Path) -> None:
    for name in ("home-office-codes.csv", "outcomes.csv"):
        (tmp_path / name).write_bytes((TABLES / name).read_bytes())
    code = '{ template = "{class}:{ho}", lookup = { file = "home-office-codes.csv", from = "recorded", to = "code" } }'
    status = '{ column = "outcome", lookup = { file = "outcomes.csv", from = "outcome", to = "status" } }'
    mapping = "[[file]]" + FIELDS.replace('code = "what"', f"code = {code}\nstatus = {status}")
    rows = (a_row(**{"class": "8Q", "ho": ho, "outcome": outcome}) for ho, outcome in (("195/12", "16"), ("1/1", "1")))
    first, second = lines_of(mapping, a_file(tmp_path, *rows))
    assert (report_of(first).code, report_of(first).status) == ("8Q:195/12", "no_further_action")
    assert second.error == "{class}:{ho}: '8Q:1/1' is not in the table"


def test_a_key_of_neither_table_is_none() -> None:
    row = {"urn": "x", "class_code": "", "ho_code": "001/01", "cjs_codes": "N/A", "days": "1"}
    index = {"x": {"title": "t", "days": "1"}}
    for keys in (class_and_code, cjs_codes):
        assert list(of_one_value(recorded_codes([row], index, keys))) == []

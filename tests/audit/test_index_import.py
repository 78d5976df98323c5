"""The official table becomes an index: every code once, what is ambiguous flagged, what is wrong named."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cli.index_import import Request, import_in_words, import_index
from models.errors import WrongUse
from scoring.faults import Faults
from scoring.index_file import read_index
from tests.conftest import missing

HEADER = ["URN", "Class code", "HO Code", "Days", "Title"]
ROWS: list[list[object]] = [
    ["1.1.1", "1", "001/01", 5475, "First"],
    ["8N.1", "8N", "008/01", 547.5, "Heavier"],
    ["8N.2", "8N", "008/01", 19, "Lighter"],
    ["9.1", "", "", 0.3, "Alone, and without a class"],
]
INDEX = {"1.1.1": 5_475_000, "8N.1": 547_500, "8N.2": 19_000, "9.1": 300, "1:001/01": 5_475_000, "8N:008/01": 19_000}


def a_csv(folder: Path, rows: list[list[object]]) -> Path:
    path = folder / "table.csv"
    lines: list[list[object]] = [list(HEADER), *rows]
    path.write_text("\n".join(",".join(f'"{cell}"' for cell in line) for line in lines) + "\n", "utf-8")
    return path


def a_spreadsheet(folder: Path, rows: list[list[object]]) -> Path:
    try:
        from openpyxl import Workbook  # noqa: PLC0415  (an optional extra)
    except ImportError:
        missing("the extra `audit`")
    book = Workbook()
    for row in [["An edition of some year"], [], HEADER, *rows]:
        book.active.append(row)
    path = folder / "table.xlsx"
    book.save(path)
    return path


def imported(folder: Path, table: Path) -> dict[str, int]:
    """The index as the service reads it back."""
    out = folder / "index.csv"
    import_index(Request(table, out=out))
    faults = Faults()
    index = read_index(out, faults)
    faults.raise_if_any("index")
    return index


def test_a_table_gives_one_index_whatever_file_it_is(tmp_path: Path) -> None:
    assert imported(tmp_path, a_csv(tmp_path, ROWS)) == INDEX
    tmp_path.joinpath("sheet").mkdir()
    assert imported(tmp_path / "sheet", a_spreadsheet(tmp_path / "sheet", ROWS)) == INDEX


def test_of_an_ambiguous_code_the_lowest_value_counts_and_it_is_flagged(tmp_path: Path) -> None:
    document = import_index(Request(a_csv(tmp_path, ROWS), out=tmp_path / "i.csv", edition="2020", source="somebody"))
    assert document["ambiguous"] == [{"code": "8N:008/01", "millidays": 19_000, "values": [19_000, 547_500]}]
    assert "8N:008/01,19,Lighter,19 or 547.5\n" in (tmp_path / "i.csv").read_text()
    assert "8N:008/01: 19 or 547.5 days" in import_in_words(document)
    note = json.loads((tmp_path / "i.csv.json").read_text())
    assert (note["edition"], note["source"], note["digest"]) == ("2020", "somebody", document["digest"])


def test_a_code_that_stands_twice_is_ambiguous_too(tmp_path: Path) -> None:
    document = import_index(Request(a_csv(tmp_path, [*ROWS, ["9.1", "", "", 7, "Again"]]), out=tmp_path / "i.csv"))
    assert {"code": "9.1", "millidays": 300, "values": [300, 7_000]} in document["ambiguous"]


def test_what_changed_against_the_previous_edition_is_told(tmp_path: Path) -> None:
    previous = tmp_path / "previous.csv"
    previous.write_text("code,days,title\n1.1.1,5475,First\n8N.1,500,Heavier\ngone,1,Gone\n")
    document = import_index(Request(a_csv(tmp_path, ROWS[:2]), previous, tmp_path / "i.csv"))
    assert [(one["code"], one["before"], one["after"]) for one in document["changes"]] == [
        ("1:001/01", None, 5_475_000),
        ("8N.1", 500_000, 547_500),
        ("8N:008/01", None, 547_500),
        ("gone", 1_000, None),
    ]


def test_every_faulty_row_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    rows: list[list[object]] = [["", "", "", 1, ""], ["1", "", "", "-1", ""], ["2", "", "", "0.0001", ""]]
    with pytest.raises(WrongUse) as wrong:
        import_index(Request(a_csv(tmp_path, rows), out=tmp_path / "i.csv"))
    for place in ("table.csv:2: urn is empty", "table.csv:3: days '-1'", "table.csv:4: days '0.0001'"):
        assert place in str(wrong.value)
    assert not (tmp_path / "i.csv").exists()


def test_a_number_that_a_spreadsheet_made_a_date_is_named(tmp_path: Path) -> None:
    made = [["1.1", "1", "001/01", datetime(2020, 1, 2, tzinfo=UTC).replace(tzinfo=None), "First"]]
    with pytest.raises(WrongUse, match=r"table\.xlsx:4: days '2020-01-02"):
        import_index(Request(a_spreadsheet(tmp_path, made), out=tmp_path / "i.csv"))


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.csv", b"code,weight\n1,2\n", "no header with the column urn and days"),
        ("a.csv", b"urn,days\n", "no row below its header"),
        ("a.csv", b"\xff\xfe", "is not CSV in UTF-8"),
        ("a.xlsx", b"no zip", "is not a spreadsheet"),
    ],
)
def test_a_file_that_is_no_table_is_named(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(WrongUse, match=says):
        import_index(Request(path, out=tmp_path / "i.csv"))


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    table = a_csv(tmp_path, ROWS)
    import_index(Request(table, out=tmp_path / "i.csv"))
    with pytest.raises(WrongUse, match="is there already"):
        import_index(Request(table, out=tmp_path / "i.csv"))
    with pytest.raises(WrongUse, match="cannot be read"):
        import_index(Request(tmp_path / "none.csv", out=tmp_path / "other.csv"))

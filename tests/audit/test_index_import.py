"""The official table becomes an index: every code once, what is ambiguous flagged, what is wrong named."""

import csv
import json
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.policy.imported_index import AmbiguousCode, ThousandsCell, render_import
from cli.policy.index_import import Request, import_index
from models.errors import WrongUse
from policies.index_file import read_index
from scoring.faults import Faults
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
        from openpyxl import Workbook
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
    assert document.ambiguous == (AmbiguousCode(code="8N:008/01", millidays=19_000, values=(19_000, 547_500)),)
    assert "8N:008/01,19,Lighter,19 or 547.5\n" in (tmp_path / "i.csv").read_text()
    assert "8N:008/01: 19 or 547.5 days" in render_import(document)
    note = json.loads((tmp_path / "i.csv.json").read_text())
    assert (note["edition"], note["source"], note["digest"]) == ("2020", "somebody", document.digest)


def test_a_code_that_stands_twice_is_ambiguous_too(tmp_path: Path) -> None:
    document = import_index(Request(a_csv(tmp_path, [*ROWS, ["9.1", "", "", 7, "Again"]]), out=tmp_path / "i.csv"))
    assert AmbiguousCode(code="9.1", millidays=300, values=(300, 7_000)) in document.ambiguous


def test_what_changed_against_the_previous_edition_is_reported(tmp_path: Path) -> None:
    previous = tmp_path / "previous.csv"
    previous.write_text("code,days,title\n1.1.1,5475,First\n8N.1,500,Heavier\ngone,1,Gone\n")
    document = import_index(Request(a_csv(tmp_path, ROWS[:2]), previous, tmp_path / "i.csv"))
    assert [(one.code, one.before, one.after) for one in document.changes or ()] == [
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


@pytest.mark.parametrize(
    "days", ["182,5", "1,5", "0,042", "12,34", "1234,567", "1,23,456", ",5", "5,", "1,234,5", "1,2345"]
)
def test_a_comma_that_separates_no_thousands_is_refused_with_its_line(tmp_path: Path, days: str) -> None:
    with pytest.raises(WrongUse, match=rf"table\.csv:3: days '{days}' has a comma that separates no thousands"):
        imported(tmp_path, a_csv(tmp_path, [ROWS[0], ["2", "", "", days, ""]]))


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ("urn,days,title\nA1,182,5,Burglary\n", r"2: has 4 cells, the header has 3"),
        ("urn,title,days\nA1,Burglary,182,5\n", r"2: has 4 cells, the header has 3"),
        ('urn,days,title\nA1,5,"One\nA2,6,Two"\nA3,7,Three\n', r"2: a cell takes in what looks like a row"),
        ("urn,days,days\nA1,5,6\n", r"the header names a column twice: 'days'"),
        ("urn,days,title\nA\u200b1,5,One\n", r"2: urn .* holds U\+200B, which cannot be seen"),
        ("urn,ho_code,days,title\nA1,1\0,5,One\n", r"2: ho_code .* holds U\+0000, which cannot be seen"),
    ],
)
def test_no_cell_of_a_table_is_passed_over(tmp_path: Path, rows: str, says: str) -> None:
    table = tmp_path / "table.csv"
    table.write_text(rows, "utf-8")
    with pytest.raises(WrongUse, match=says):
        imported(tmp_path, table)


def test_a_comma_of_thousands_is_read_and_reported(tmp_path: Path) -> None:
    rows: list[list[object]] = [["1", "", "", "1,234", ""], ["2", "", "", "12,345,678.5", ""], ["3", "", "", "365", ""]]
    document = import_index(Request(a_csv(tmp_path, rows), out=tmp_path / "i.csv"))
    assert document.read_as_thousands == (
        ThousandsCell(line=2, code="1", days="1,234", millidays=1_234_000),
        ThousandsCell(line=3, code="2", days="12,345,678.5", millidays=12_345_678_500),
    )
    assert "read as thousands:\n  line 2, 1: 1,234 is 1234 days\n" in render_import(document)
    assert "read_as_thousands" in json.loads((tmp_path / "i.csv.json").read_text())


def a_book(folder: Path, **sheets: list[list[object]]) -> Path:
    a_spreadsheet(folder, [])  # or it is missing
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in [HEADER, *rows]:
            sheet.append(row)
    path = folder / "book.xlsx"
    book.save(path)
    return path


def test_a_sheet_is_read_to_its_end_whatever_it_says_of_its_own_size(tmp_path: Path) -> None:
    rows: list[list[object]] = [[f"{n}.1", "", "", n, "title"] for n in range(1, 301)]
    path = a_book(tmp_path, one=rows)
    for told in ("A1:B2", "A1", "C1:C4"):
        lying = tmp_path / f"{told.replace(':', '')}.xlsx"
        with ZipFile(path) as book, ZipFile(lying, "w") as changed:
            for name in book.namelist():
                part = book.read(name).replace(b'<dimension ref="A1:E301"', f'<dimension ref="{told}"'.encode())
                assert b"sheet1" not in name.encode() or told.encode() in part
                changed.writestr(name, part)
        document = import_index(Request(lying, out=tmp_path / f"{told.replace(':', '')}.csv"))
        assert document.codes == 300


def test_other_sheets_are_named_and_can_be_asked_for(tmp_path: Path) -> None:
    path = a_book(tmp_path, first=[["1", "", "", 1, ""]], second=[["2", "", "", 2, ""], ["3", "", "", 3, ""]])
    document = import_index(Request(path, out=tmp_path / "i.csv"))
    assert (document.sheet, document.other_sheets, document.codes) == ("first", ("second",), 1)
    assert "read sheet first; not read: second (--sheet)" in render_import(document)
    assert import_index(Request(path, out=tmp_path / "j.csv", sheet="second")).codes == 2
    with pytest.raises(WrongUse, match="has no sheet 'third'; it has 'first', 'second'"):
        import_index(Request(path, out=tmp_path / "k.csv", sheet="third"))
    with pytest.raises(WrongUse, match="is no spreadsheet"):
        import_index(Request(a_csv(tmp_path, ROWS), out=tmp_path / "k.csv", sheet="first"))


def test_a_first_sheet_without_a_table_names_the_others(tmp_path: Path) -> None:
    path = a_book(tmp_path, cover=[], table=[["1", "", "", 1, ""]])
    from openpyxl import load_workbook

    book = load_workbook(path)
    book["cover"].delete_rows(1)
    book["cover"].append(["About this table"])
    book.save(path)
    with pytest.raises(WrongUse, match=r"sheet 'cover' .* has no header .*; its other sheets are 'table' \(--sheet\)"):
        import_index(Request(path, out=tmp_path / "i.csv"))


@pytest.mark.parametrize("column", ["urn", "class_code", "ho_code"])
@pytest.mark.parametrize("made", [date(2001, 4, 4), datetime(2025, 6, 8), time(8, 6), True, timedelta(8), "#REF!"])  # noqa: DTZ001  (a cell has no zone)
def test_what_a_spreadsheet_made_of_a_code_is_no_code(tmp_path: Path, column: str, made: object) -> None:
    row: list[object] = ["1", "8", "6", 1, ""]
    row[["urn", "class_code", "ho_code"].index(column)] = made
    with pytest.raises(WrongUse, match=rf"book\.xlsx:2: {column} '.*' is no code"):
        import_index(Request(a_book(tmp_path, one=[row]), out=tmp_path / "i.csv"))


@pytest.mark.parametrize("made", ["08-Jun", "Jun-08", "8-jun-2025", "08/06/2025", "2025-06-08", "2025-06-08 00:00:00"])
def test_so_is_what_it_wrote_as_csv(tmp_path: Path, made: str) -> None:
    with pytest.raises(WrongUse, match=r"table\.csv:2: ho_code '.*' is no code"):
        imported(tmp_path, a_csv(tmp_path, [["1", "8", made, 1, ""]]))


@pytest.mark.parametrize("code", ["8/6", "105/01", "1.1.2004", "8N.8.6.0", "Mar", "8-6"])
def test_a_code_is_one_although_it_looks_a_little_like_a_date(tmp_path: Path, code: str) -> None:
    assert imported(tmp_path, a_csv(tmp_path, [[code, "", "", 1, ""]])) == {code: 1_000}


def test_a_pair_that_is_spelled_like_a_urn_is_named_with_both_lines(tmp_path: Path) -> None:
    rows: list[list[object]] = [["8N:8/6", "", "", 10, ""], ["D.2", "8N", "8/6", 5, ""]]
    with pytest.raises(WrongUse, match=r"table\.csv:3: class and Home Office code make '8N:8/6', the urn of line 2"):
        import_index(Request(a_csv(tmp_path, rows), out=tmp_path / "i.csv"))
    assert not (tmp_path / "i.csv").exists()


def test_an_index_that_no_policy_loads_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="makes an index that no policy loads"):
        import_index(Request(a_csv(tmp_path, [["1", "", "", "999999999999", ""]]), out=tmp_path / "i.csv"))
    assert not (tmp_path / "i.csv").exists()


def test_a_row_behind_one_of_several_lines_is_named_by_its_line(tmp_path: Path) -> None:
    rows: list[list[object]] = [["1", "", "", 1, "two\nlines"], ["2", "", "", "x", ""]]
    with pytest.raises(WrongUse, match=r"table\.csv:4: days 'x'"):
        imported(tmp_path, a_csv(tmp_path, rows))


CELLS = st.text(st.sampled_from('0123456789.,-:/ABjun"\n '), max_size=8)


@given(st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS), min_size=1, max_size=6))
def test_whatever_is_written_is_an_index_of_all_rows(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str, str]]
) -> None:
    folder = tmp_path_factory.mktemp("index")
    path = folder / "table.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([HEADER[:4], *rows])
    try:
        index = imported(folder, path)
    except WrongUse:
        index = None
    assert (folder / "index.csv").exists() is (index is not None)
    if index is not None:
        assert {row[0].strip() for row in rows if any(cell.strip() for cell in row)} <= index.keys()

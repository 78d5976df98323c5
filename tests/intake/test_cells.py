"""The laws of quotation marks: none of them hides a row, and what is wrong is named by its line and its span."""

import csv
import gzip
import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.files.lines import MAX_LINE_BYTES
from intake.files.row import Row
from intake.files.source import Source
from intake.intake import Intake
from intake.line import Line
from models.errors import WrongUse
from tests.intake import mapped_files as mapped
from tests.intake.test_plain import CELLS, HEADER, NOW, a_file, lines_of

NOTED = f"{HEADER},note"


def a_row(number: int, note: str) -> str:
    return CELLS.replace("e1", f"e{number}").replace("c1", f"c{number}") + f",{note}"


def rows_of(folder: Path, *lines: str) -> list[Line]:
    return lines_of(a_file(folder, "\n".join([NOTED, *lines]) + "\n", "r.csv"))


def sent(lines: list[Line]) -> list[int]:
    return [line.number for line in lines if line.value is not None]


def test_a_quotation_mark_that_nobody_closes_hides_no_row(tmp_path: Path) -> None:
    lines = rows_of(tmp_path, a_row(1, '"door kicked in'), a_row(2, ""), a_row(3, ""))
    assert [(line.number, line.error) for line in lines if line.error] == [
        (2, "a quotation mark opens here and is not closed until the end of the file (spans 3 lines)")
    ]
    assert sent(lines) == [3, 4]


@pytest.mark.parametrize(
    ("opens", "closes"),
    [
        ('"door kicked in', '"fine"'),  # it is closed where the next one should open
        ('"door kicked in', '"'),  # a stray mark closes it, and the cells come out even
        ('"door kicked in', 'kicked" in'),
        ('"door kicked in', '""'),
    ],
)
def test_a_quotation_mark_that_a_later_row_closes_hides_no_row_between(tmp_path: Path, opens: str, closes: str) -> None:
    lines = rows_of(tmp_path, a_row(1, ""), a_row(2, opens), a_row(3, ""), a_row(4, closes), a_row(5, ""))
    assert {2, 4, 6} <= set(sent(lines))
    assert "quotation mark" in next(line.error or "" for line in lines if line.number == 3)


def test_a_mark_that_opens_in_one_person_and_closes_in_the_next_joins_no_two_rows(tmp_path: Path) -> None:
    lines = rows_of(tmp_path, a_row(1, "").replace("o1", '"o1'), a_row(2, "").replace("o1", 'o2"'), a_row(3, ""))
    assert [line.number for line in lines if line.error] == [2, 3]
    assert "takes in line 3, a row of its own (spans 2 lines)" in (lines[0].error or "")
    assert (lines[1].error or "").startswith("offender_id: 'o2\"' has marks around it")
    assert sent(lines) == [4]


def test_line_breaks_and_commas_inside_of_quotation_marks_are_one_row(tmp_path: Path) -> None:
    note = '"kicked, ""twice"",\n\n  then left, at 10, by bus, alone, late, home\nend"'
    lines = rows_of(tmp_path, a_row(1, note), a_row(2, ""))
    assert sent(lines) == [2, 6]
    assert len(lines) == 2


def test_a_wrong_row_of_several_lines_says_how_many(tmp_path: Path) -> None:
    lines = rows_of(tmp_path, a_row(1, '"a\nb"').replace("offence.reported", "odd"), a_row(2, ""))
    assert (lines[0].number, lines[1].number) == (2, 4)
    assert (lines[0].error or "").endswith("(spans 2 lines)")


def test_a_row_that_lacks_cells_hides_none_of_the_lines_that_it_spans(tmp_path: Path) -> None:
    lines = rows_of(tmp_path, a_row(1, '"x').replace(",o1", ""), a_row(2, 'y"'), a_row(3, ""))
    assert lines[0].error == "has 7 cells, the header has 8 cells (spans 2 lines)"
    assert sent(lines) == [3, 4]


def test_text_behind_a_closing_mark_is_an_error_of_its_row(tmp_path: Path) -> None:
    lines = rows_of(tmp_path, a_row(1, '"door "kicked" in"'), a_row(2, ""))
    assert lines[0].error == "there is text behind a closing quotation mark"
    assert sent(lines) == [3]


def test_where_quotation_marks_mean_nothing_they_are_letters(tmp_path: Path) -> None:
    path = a_file(tmp_path, 'id\twho\twhat\twhen\nc1\to1\t"x\t2025-01-01T00:00:00Z\n', "r.tsv")
    (line,) = mapped.lines_of("[[file]]\nquotes = false" + mapped.FIELDS, path)
    assert mapped.report_of(line).code == '"x'
    (line,) = mapped.lines_of("[[file]]" + mapped.FIELDS, path)
    assert "is not closed" in (line.error or "")


@pytest.mark.parametrize("delimiter", ['"', "\n"])
def test_what_cannot_separate_cells_is_no_delimiter(tmp_path: Path, delimiter: str) -> None:
    said = mapped.faults_of(tmp_path, f"[[file]]\ndelimiter = {json.dumps(delimiter)}" + mapped.FIELDS)
    assert "cannot separate cells" in said


def test_a_space_before_a_quotation_mark_is_no_part_of_an_id(tmp_path: Path) -> None:
    lines = rows_of(tmp_path, a_row(1, "").replace("o1", ' "o1"'), a_row(2, ""))
    assert [line.key for line in lines] == [b"o1", b"o1"]


@pytest.mark.parametrize("broken", ["x" * (MAX_LINE_BYTES + 5), '"' + "x" * 140_000 + '"', "a\rb"])
def test_a_line_that_no_row_can_be_made_of_hides_none_behind_it(tmp_path: Path, broken: str) -> None:
    lines = rows_of(tmp_path, a_row(1, ""), a_row(2, broken), a_row(3, ""))
    assert sent(lines) == [2, 4]
    assert [line.number for line in lines if line.error] == [3]


def test_a_file_that_was_cut_names_the_line_in_which_it_ends(tmp_path: Path) -> None:
    last = a_row(3, "")
    before = "\n".join([NOTED, a_row(1, ""), a_row(2, '"a note"'), ""])
    for cut in range(1, len(last) - 1):
        lines = lines_of(a_file(tmp_path, before + last[:cut], "r.csv"))
        assert sent(lines) == [2, 3]
        assert [line.number for line in lines if line.error] == [4]


def test_a_last_line_without_an_end_is_sent_and_said(tmp_path: Path) -> None:
    for end, said in (("", 1), ("\n", 0)):
        path = a_file(tmp_path, f"{NOTED}\n{a_row(1, 'cut he')}{end}", "r.csv")
        intake = Intake([path], None, NOW, unchecked=False)
        assert [line.error for line in intake] == [None]
        assert [note.startswith(f"{path}:2: the last line has no line end") for note in intake.notes] == [True] * said


def test_compressed_csv_that_breaks_off_is_named(tmp_path: Path) -> None:
    packed = gzip.compress("\n".join([NOTED, *(a_row(n, "") for n in range(5_000))]).encode())
    lines = lines_of(a_file(tmp_path, packed[: len(packed) // 2], "r.csv.gz"))
    assert "cannot be read further" in (lines[-1].error or "")
    assert len(lines) > 100


@pytest.mark.parametrize("content", ["", "\n\n"])
def test_a_file_without_a_header_is_named(tmp_path: Path, content: str) -> None:
    (line,) = lines_of(a_file(tmp_path, content, "r.csv"))
    assert line.error == "is empty: there is no header"


def test_a_mark_that_opens_in_the_header_is_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="the header cannot be read: a quotation mark opens here"):
        lines_of(a_file(tmp_path, f'"{HEADER}\n{CELLS}\n', "r.csv"))


def test_blank_lines_before_the_header_and_columns_without_a_name_are_passed_over(tmp_path: Path) -> None:
    lines = lines_of(a_file(tmp_path, f"\n\n{HEADER},,\n{CELLS},,x\n", "r.csv"))
    assert [(line.number, line.error) for line in lines] == [(4, None)]


def source_rows(text: str, folder: Path) -> list[Row]:
    return list(Source(a_file(folder, text, "r.csv")).rows())


TEXTS = st.text(st.sampled_from("ab1 \",\n-;'\\"), max_size=6)
TABLES = st.lists(st.lists(TEXTS, min_size=3, max_size=3), min_size=1, max_size=8)


@given(TABLES)
def test_whatever_was_written_as_csv_is_read_or_named_but_never_read_otherwise(
    tmp_path_factory: pytest.TempPathFactory, table: list[list[str]]
) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["x", "y", "z"])
    writer.writerows(table)
    rows = source_rows(text.getvalue(), tmp_path_factory.mktemp("csv"))
    if all(row.error is None for row in rows):
        assert [[cell.strip(" ") for cell in row.columns.values()] for row in rows] == [
            [cell.strip(" ") for cell in row] for row in table
        ]


@given(st.lists(st.text(st.sampled_from('ab1 ",'), max_size=9), max_size=12))
def test_every_line_is_part_of_a_row_or_is_named(tmp_path_factory: pytest.TempPathFactory, lines: list[str]) -> None:
    rows = source_rows("\n".join(["x,y", *lines, ""]), tmp_path_factory.mktemp("csv"))
    covered = [number for row in rows for number in range(row.number, row.number + (1 if row.error else row.lines))]
    assert covered == sorted(set(covered))
    there = {number for number, line in enumerate(lines, 2) if line}
    assert there <= set(covered)


def test_a_mark_that_takes_in_a_row_is_found_where_the_text_behind_it_holds_delimiters(tmp_path: Path) -> None:
    header = "event_id,offence_id,note,offender_id,type,code,occurred_at,recorded_at"
    rest = "offence.reported,x,2025-01-01T00:00:00Z,2025-01-02T00:00:00Z"
    opened, between = f'e1,c1,"he said, go,o1,{rest}', f"e2,c2,,o2,{rest}"
    for closing in (f'e3,c3,door 3",o3,{rest}', f'e3,c3,a","o3",{rest}'):
        for rows in ([opened, between, closing], [opened, closing]):
            lines = lines_of(a_file(tmp_path, "\n".join([header, *rows]) + "\n", "r.csv"))
            assert "takes in line 3, a row of its own" in (lines[0].error or "")
            assert not any(b'"c1"' in line.value for line in lines if line.value)


def test_a_text_of_several_lines_with_delimiters_is_no_row(tmp_path: Path) -> None:
    header = "event_id,offence_id,note,offender_id,type,code,occurred_at,recorded_at"
    rest = "offence.reported,x,2025-01-01T00:00:00Z,2025-01-02T00:00:00Z"
    row = f'e1,c1,"broke in,\nat night, took 2 phones",o1,{rest}'
    other = f'e2,c2,"1, window\nby the door, the yard, 3 steps, hall, then out, 4 men, in all",o2,{rest}'
    assert sent(lines_of(a_file(tmp_path, f"{header}\n{row}\n{other}\n", "r.csv"))) == [2, 4]

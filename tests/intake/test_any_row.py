"""The laws of every row: whatever stands in it, it comes out as records or named refusals."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.files.reading import Reading
from intake.files.source import Source
from models.errors import WrongUse
from tests.intake import test_plain as plain
from tests.intake.any_row import CELL, EVERYTHING, VALUE, every_row_is_told_of
from tests.intake.mapped_files import a_file, lines_of


@given(st.lists(st.fixed_dictionaries({}, optional=dict.fromkeys("abcd", VALUE)), max_size=5))
def test_rows_of_json_in_are_records_and_named_refusals_out(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, Any]]
) -> None:
    folder = tmp_path_factory.mktemp("rows")
    every_row_is_told_of(lines_of(EVERYTHING, a_file(folder, *rows)), len(rows), 1)


@given(st.lists(st.tuples(CELL, CELL, CELL, CELL), max_size=5), st.sampled_from([",", ";", " ", "\t"]))
def test_rows_of_csv_in_are_records_and_named_refusals_out(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, ...]], delimiter: str
) -> None:
    folder = tmp_path_factory.mktemp("rows")
    unbroken = [[cell.replace("\n", "").replace("\r", "") for cell in row] for row in rows]
    path = a_file(folder, *(delimiter.join(row) for row in (["a", "b", "c", "d"], *unbroken)), name="r.csv")
    lines = lines_of(EVERYTHING.replace("[[file]]", f"[[file]]\ndelimiter = {json.dumps(delimiter)}"), path)
    assert {line.number for line in lines} == {row.number for row in Source(path, Reading(delimiter)).rows()}
    every_row_is_told_of(lines, 0, 1)


@given(st.binary(max_size=60))
def test_no_bytes_end_in_a_traceback(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.mktemp("bytes")
    for name, head in (("r.jsonl", b'{"a":"c1","b":"o1"}\n'), ("r.csv", b"a,b,c,d\n")):
        folder.joinpath(name).write_bytes(head + content)
        with suppress(WrongUse):
            every_row_is_told_of(lines_of(EVERYTHING, folder / name), 0, 1)
        with suppress(WrongUse):
            every_row_is_told_of(plain.lines_of(folder / name), 0, 1)

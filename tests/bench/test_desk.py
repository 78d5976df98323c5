"""What is measured of the desk is there: every measure comes to something."""

import os

import pytest

from bench.desk.desk_under_load import desk_under_load
from bench.desk.measures import OPENINGS, Row, desk_table, measure_desk

PAGES = 20


def test_a_row_says_what_a_share_of_the_values_did_not_pass() -> None:
    row = Row("a page", [number / 1_000 for number in range(1, 101)])
    assert [row.at(0.5), row.at(0.99), row.at(1.0)] == [51, 100, 100]
    assert desk_table([row, Row("a console", words="3 MB")]).splitlines()[2:] == [
        "| a page | 51 | 100 | 100 | 100 |",
        "| a console | 3 MB | | | |",
    ]


@pytest.mark.stack
@pytest.mark.thorough
@pytest.mark.timeout(300)
def test_every_measure_of_the_desk_comes_to_something(
    stack_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "environ", os.environ | stack_environment)
    with desk_under_load(PAGES + OPENINGS + 1) as desk:
        rows = list(measure_desk(desk, 3.0, PAGES))
    assert [row.what for row in rows if not (row.values or row.words)] == []
    assert any(row.words.endswith(f"{PAGES} of {PAGES} open") for row in rows)

"""Rows and cells of every kind, and a mapping that reads all of them."""

from typing import Any

from hypothesis import strategies as st

from intake.line import Line
from tests.intake.mapped_files import report_of

LETTERS = st.sampled_from("abS19-;,\"'\\ .\n\r\t\u00e9\u0301\u200b\u00a0\ufeffNULan#/")
CELL = st.text(LETTERS, max_size=7)
VALUE: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | CELL,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(CELL, inner, max_size=2),
    max_leaves=4,
)
EVERYTHING = """
empty = ["NULL", "-"]
timezone = "Europe/London"
[[file]]
[file.fields]
type = { value = "offence.reported" }
event_id = { template = "{offence_id}/{offender_id}/{revision}" }
offence_id = { column = "a", pad = 3, strip = "'" }
offender_id = { column = "b", split = ";" }
revision = { running = true }
code = { column = "c", table = { x = "y" }, otherwise = "z", default = "w" }
occurred_at = { value = "2025-01-01T00:00:00Z" }
recorded_at = { column = "d", default = "2025-01-01T00:00:00Z" }
reported_at = { template = "{d}{c}", format = "%Y-%m-%d %H%M", pad = { c = 4 } }
victim_ids = "c"
"""


def every_row_is_told_of(lines: list[Line], rows: int, first: int) -> None:
    assert {line.number for line in lines} >= set(range(first, first + rows))
    for line in lines:
        assert (line.value is None) != (line.error is None)
        if line.value is not None:
            report_of(line)

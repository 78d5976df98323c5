"""Every run that was once not clean is kept here by its name."""

from pathlib import Path

import pytest

from embedded.stack import Stack
from tests.crash.rows import matrix

pytestmark = [pytest.mark.stack, pytest.mark.thorough]
ROWS = {row.name: row for row in matrix()}


@pytest.mark.parametrize(
    ("name", "seed"),
    [
        ("decoded-exception-2", 2),  # a seek that broke half way left a run without its first records
        ("decoded-exception-3", 1),  # a recovery's as_of was not repeated
        ("workers-rebalances-and-rewinds-2", 2),  # of two seeks the older one came last: a partition stood still
        ("workers-rebalances-and-rewinds-3", 2),  # a recovery whose board was closed compared the same entries for ever
        ("tail-read-stop-2", 1),  # a zombie's board took the rest of the stream; idle workers did not hear of its end
    ],
)
def test_a_run_that_was_not_clean_once_stays_clean(crash_stack: Stack, tmp_path: Path, name: str, seed: int) -> None:
    assert ROWS[name].run(crash_stack, seed, tmp_path).verdict.faults == []

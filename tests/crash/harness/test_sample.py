"""A sample of the matrix; `make crash` plays the whole of it."""

from pathlib import Path

import pytest

from embedded.stack import Stack
from tests.crash.rows import matrix
from tests.crash.scene import SHORT_SESSION_SECONDS

pytestmark = [pytest.mark.stack, pytest.mark.timeout(300)]  # a whole row of the crash matrix
ROWS = {row.name: row for row in matrix()}
QUICK = ["applied-kill-2"]
REST = [
    "valkey-FLUSHALL-3",
    "sent-stop-3",
    "decoded-stop-3",
    "sent-kill-2",
    "rebuilding-kill-3",
    "stream-transactions-aborted-2",
    "many-ends-at-one-instant-recovered-3",
    "valkey-killed-last-second-lost-2",
    "valkey-older-snapshot-2",
    "valkey-writes-paused-4-s-2",
    "kafka-killed-2",
    "foreign-records-on-the-journal-2",
    "foreign-records-among-the-alerts-3",
    "journal-made-anew-3",
    "standby-after-the-interval-2",
    "valkey-away-longer-than-the-interval-3",
    "dead-letters-larger-than-memory-2",
]


@pytest.mark.parametrize("name", [*QUICK, *(pytest.param(name, marks=pytest.mark.thorough) for name in REST)])
def test_nothing_is_lost_doubled_or_wrong(crash_stack: Stack, tmp_path: Path, name: str) -> None:
    assert ROWS[name].run(crash_stack, 1, tmp_path, SHORT_SESSION_SECONDS).verdict.faults == []

"""Whatever happens to workers and Redis: the same board, and no alert twice."""

import signal
import time
from itertools import pairwise
from pathlib import Path

import pytest

from tests.end_to_end.installation import Installation, fold

pytestmark = pytest.mark.stack


def lines(count: int) -> bytes:
    return b"".join(
        b'{"event_id":"e%d","type":"offence.reported","offence_id":"o%d","offender_id":"p%d","code":"X",'
        b'"occurred_at":"2024-01-01T00:00:00Z","recorded_at":"2024-%02d-%02dT00:00:00Z"}\n'
        % (n, n, n * n % 997, 1 + n * 12 // count, 1 + n * 12 * 28 // count % 28)
        for n in range(count)
    )


def small_policy(folder: Path, size: int = 20) -> str:
    folder.joinpath("index.csv").write_text("code,days,title\nX,10,x\n")
    path = folder / "policy.toml"
    path.write_text(
        f"""id = "t"\nversion = "1"\nowner = "tests"\n[index]\nfile = "index.csv"\n[window]\ndays = 90
anchor = "reported_at"\n[status]\nreported = 100\n[band]\nsize = {size}\nexit_rank = {size}\n"""
    )
    return str(path)


@pytest.mark.parametrize(
    ("killed", "reports"),
    [
        pytest.param(True, 5_000, id="workers killed", marks=pytest.mark.thorough),
        pytest.param(False, 5_000, id="workers go on"),
        pytest.param(True, 20_000, id="workers killed, many reports", marks=pytest.mark.thorough),
        pytest.param(False, 20_000, id="workers go on, many reports", marks=pytest.mark.thorough),
    ],
)
def test_an_emptied_redis_is_rebuilt_and_no_alert_is_sent_twice(
    stack_environment: dict[str, str], tmp_path: Path, killed: bool, reports: int
) -> None:
    data = tmp_path / "reports.jsonl"
    data.write_bytes(lines(reports))
    installation = Installation(stack_environment, tmp_path, 3, policy=small_policy(tmp_path), clock="event")
    try:
        installation.start_worker()
        installation.start_worker()
        installation.json("ingest", str(data))
        await_some_records(installation)
        if killed:
            installation.end_workers(signal.SIGKILL)
        installation.empty_store()
        if killed:
            installation.start_worker()
            installation.start_worker()
        installation.wait_idle()
        before = installation.json("board", "--top", "1000")
        band = fold(installation.alerts())
        assert band == {row["offender_id"] for row in before["entries"] if row["in_band"]}
        installation.empty_store()
        installation.wait_idle()
        assert installation.json("board", "--top", "1000") == before
        assert fold(installation.alerts()) == band
        assert installation.json("verify", "--redis")["ok"]
        assert max(transactions(installation, "alerts.v1")) < 5_000, "the broker gives a long transaction up"
    finally:
        installation.end_workers()


def await_some_records(installation: Installation) -> None:
    """Until something is on the board that can be lost."""
    until = time.monotonic() + 60
    while sum(part["applied"] for part in installation.json("status")["partitions"]) == 0:
        assert time.monotonic() < until, "nothing was applied"


def transactions(installation: Installation, topic: str) -> list[int]:
    """How many records each transaction has sent; its end takes up an offset of its own."""
    offsets = [record.offset for record in installation.read(topic)]
    lengths = [1]
    for before, offset in pairwise(offsets):
        if offset == before + 1:
            lengths[-1] += 1
        else:
            lengths.append(1)
    return lengths

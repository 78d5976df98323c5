"""Time that passes without an entry is not lost in a recovery."""

import time
from pathlib import Path

import pytest
import redis

from tests.end_to_end.installation import Installation
from tests.end_to_end.recovery.test_recovery import lines, small_policy

pytestmark = pytest.mark.stack
QUIET_SECONDS = 1.2
"""Two ticks that change nothing but the board's now."""


def test_a_recovery_after_quiet_time_is_verified_and_can_be_repeated(
    stack_environment: dict[str, str], tmp_path: Path
) -> None:
    data = tmp_path / "reports.jsonl"
    data.write_bytes(lines(100))
    installation = Installation(stack_environment, tmp_path, policy=small_policy(tmp_path))
    store = redis.Redis.from_url(stack_environment["HARMWATCH_REDIS"])
    try:
        installation.start_worker()
        installation.json("ingest", str(data))
        installation.wait_idle()
        time.sleep(QUIET_SECONDS)
        keys = list(store.scan_iter(f"{installation.prefix}*"))
        store.hdel(f"{installation.prefix}harmwatch:{{v100}}:meta", "generation")
        entry = installation.wait_idle()["entry"]
        assert installation.json("verify", "--redis")["ok"]
        store.delete(*keys)
        assert installation.wait_idle()["entry"] > entry
        assert installation.json("verify", "--redis")["ok"]
    finally:
        installation.end_workers()

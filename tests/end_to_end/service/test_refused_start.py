"""A worker whose first recovery is refused ends by itself, soon, and says why; it keeps no place in the group."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from tests.end_to_end.installation import Installation, say, under_this_load
from tests.end_to_end.recovery.test_recovery import lines, small_policy

pytestmark = pytest.mark.stack

LONGEST_START_SECONDS = 60
PROMISED_SECONDS = 5.0
MODULES_SECONDS = 1.9
"""An interpreter takes so long before it looks for anybody."""

PAUSE_SECONDS = 0.02
ENDS_BY_FORCE = """
import time
from cli.service.shutdown import Shutdown
from models.errors import PreconditionFailed, Unavailable, WrongUse
shutdown = Shutdown(0.2)
for failure in ({failures}):
    shutdown.begin(failure)
time.sleep(60)
"""


@pytest.fixture(scope="module")
def installation(stack_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """A board that was founded, and a store that remembers nothing of it."""
    folder = tmp_path_factory.mktemp("installation")
    made = Installation(stack_environment, folder, policy=small_policy(folder), clock="event")
    made.send([(b"p0", line) for line in lines(1).split()])
    made.start_worker()
    made.wait_idle()
    made.end_workers()
    store = redis.Redis.from_url(stack_environment["HARMWATCH_REDIS"])
    store.delete(*store.scan_iter(f"{made.prefix}*"))
    (folder / "other").mkdir()
    small_policy(folder / "other", size=7)
    return made


def wait_for(said: Path, words: str) -> float:
    """When a worker said so."""
    last = time.monotonic() + LONGEST_START_SECONDS
    while words not in said.read_text("utf-8"):
        assert time.monotonic() < last, said.read_text("utf-8")
        time.sleep(PAUSE_SECONDS)
    return time.monotonic()


@pytest.mark.parametrize(
    ("setting", "value", "reason"),
    [
        ("BOARD", "other", "board is other, the board was founded with v100"),
        ("CLOCK", "wall", "clock is wall, the board was founded with event"),
        ("ALERTS_AFTER", "2024-01-01T00:00:00Z", "alerts_after is 2024-01-01T00:00:00Z"),
        ("POLICY", "other/policy.toml", "Name that policy's file"),
    ],
)
def test_a_worker_that_is_refused_ends_by_itself(
    installation: Installation, setting: str, value: str, reason: str
) -> None:
    name, before = f"HARMWATCH_{setting}", dict(installation.environment)
    installation.environment[name] = str(installation.folder / value) if setting == "POLICY" else value
    said = installation.folder / f"worker-{len(installation.workers)}.log"
    try:
        worker = installation.start_worker()
        refused_at = wait_for(said, "the worker ends: ")
        assert worker.wait(60) == 1
        assert time.monotonic() - refused_at < under_this_load(PROMISED_SECONDS)
    finally:
        installation.environment.update(before)
        installation.environment.pop("HARMWATCH_ALERTS_AFTER", None)
        installation.environment.pop("HARMWATCH_BOARD", None)
        worker.kill()
    assert reason in said.read_text("utf-8")
    assert "Traceback" not in said.read_text("utf-8")


@pytest.fixture
def silent() -> Iterator[str]:
    """Where something listens that never answers, as a server does that stands still."""
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        yield f"127.0.0.1:{nobody.getsockname()[1]}"


@pytest.mark.parametrize(
    "listens", [pytest.param(False, id="nobody is there"), pytest.param(True, id="it stands still")]
)
@pytest.mark.parametrize(
    ("setting", "server", "said"),
    [("KAFKA", "{}", "Kafka at {} does not"), ("REDIS", "redis://{}/0", "Redis at redis://{}/0 ")],
)
def test_a_start_without_kafka_or_redis_is_over_soon(
    installation: Installation, silent: str, listens: bool, setting: str, server: str, said: str
) -> None:
    where = silent if listens else "127.0.0.1:1"
    began_at = time.monotonic()
    elsewhere = {f"HARMWATCH_{setting}": server.format(where)}
    answer = say(installation.environment | elsewhere, "worker")
    assert time.monotonic() - began_at < under_this_load(PROMISED_SECONDS - MODULES_SECONDS)
    assert (answer.code, said.format(where) in answer.errors) == (1, True), answer


@pytest.mark.parametrize(
    ("failures", "code"),
    [
        ("None,", 0),
        ("None, None", 0),
        ("PreconditionFailed('no'), None", 1),
        ("WrongUse('no'), PreconditionFailed('no')", 2),
        ("Unavailable('no'),", 1),
        ("ValueError(), None", 1),
        ("None, PreconditionFailed('no')", 1),
    ],
)
def test_an_end_by_force_has_the_code_of_the_first_failure(failures: str, code: int) -> None:
    program = ENDS_BY_FORCE.format(failures=failures)
    assert subprocess.run([sys.executable, "-c", program], timeout=30, check=False).returncode == code

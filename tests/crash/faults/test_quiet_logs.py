"""A log is read by somebody at night: a first start has no error in it, and an outage is a page, not a book."""

import logging
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from runtime.logs import AGAIN_SECONDS, RepeatFilter
from tests.conftest import missing
from tests.crash.faults.test_waits import wait_for
from tests.crash.limited import limited_worker
from tests.end_to_end.foreign import open_on
from tests.end_to_end.installation import ROOT, Installation
from tests.end_to_end.recovery.test_recovery import lines, small_policy

if TYPE_CHECKING:
    from embedded.stack import Stack

IMPATIENT = """
import sys
import streams.worker.app

make_app = streams.worker.app.make_app

def make_impatient_app(installation, limits):
    app = make_app(installation, limits)
    app.conf.broker_commit_livelock_soft_timeout = app.conf.stream_processing_timeout = 0.5
    return app

streams.worker.app.make_app = make_impatient_app
from cli.main import main
sys.argv = ["harmwatch", "worker"]
main()
"""
"""Faust's own patience is five minutes."""

OUTAGE_SECONDS = 30.0
MOST_LINES = 50
CLIENT = "aiokafka.consumer.group_coordinator"


def a_line(logger: str, message: str, level: int = logging.ERROR, *, traceback: bool = False) -> logging.LogRecord:
    failure = ValueError("why")
    return logging.LogRecord(
        logger, level, "file", 1, message, None, (ValueError, failure, None) if traceback else None
    )


def test_a_library_says_a_thing_once_a_minute_and_we_say_what_we_say() -> None:
    now = [0.0]
    seldom = RepeatFilter(lambda: now[0])
    passed = []
    for _ in range(int(10 * 2 * AGAIN_SECONDS)):
        now[0] += 0.1
        passed.append(seldom.filter(a_line(CLIENT, "Heartbeat send request failed: %s. Will retry.")))
        assert seldom.filter(a_line("streams.session", "the store is gone: %s"))
    assert sum(passed) == 2


def test_what_the_client_tries_again_is_a_warning_and_what_broke_it_an_error() -> None:
    tried, broken = a_line(CLIENT, "a"), a_line(CLIENT, "b", traceback=True)
    assert RepeatFilter().filter(tried)
    assert RepeatFilter().filter(broken)
    assert (tried.levelname, broken.levelname) == ("WARNING", "ERROR")


@pytest.fixture(scope="module")
def new_stack() -> Iterator["Stack"]:
    """Servers on which nobody has worked yet."""
    try:
        from embedded.stack import Stack
    except ImportError:
        missing("the extra `embedded`")
    with Stack() as stack:
        yield stack


@pytest.mark.stack
@pytest.mark.thorough
def test_faust_suspects_no_worker_that_waits(new_stack: "Stack", tmp_path: Path) -> None:
    """It knows neither the relay's commits nor a partition that is parked or held back: the watchdog judges."""
    installation = Installation(new_stack.environment(), tmp_path, policy=small_policy(tmp_path), clock="wall")
    said = tmp_path / "said.log"
    with said.open("wb") as log, open_on(installation, "offences.v1"):
        command = [sys.executable, "-c", IMPATIENT]
        with subprocess.Popen(command, env=installation.environment, cwd=ROOT, stderr=log) as worker:
            try:
                wait_for(said, "the relay goes on")
                time.sleep(8.0)  # it looks around every 2.5 s
                assert " ERROR " not in said.read_text()
            finally:
                worker.terminate()
                assert worker.wait(60) == 0


@pytest.mark.stack
@pytest.mark.thorough
def test_a_first_start_has_no_error_and_an_outage_few_lines(new_stack: "Stack", tmp_path: Path) -> None:
    installation = Installation(new_stack.environment(), tmp_path, policy=small_policy(tmp_path), clock="wall")
    said = tmp_path / "said.log"
    with limited_worker(installation, said) as worker:
        wait_for(said, "the relay goes on")
        installation.send([(b"p", line) for line in lines(10).split()])
        installation.wait_idle()
        first = said.read_text()
        assert " ERROR " not in first
        new_stack.kill_kafka()
        time.sleep(OUTAGE_SECONDS)
        new_stack.start_kafka()
        installation.send([(b"p", line) for line in lines(20).split()[10:]])
        assert installation.wait_idle()["lag"] == 0
        assert worker.poll() is None
    outage = said.read_text().removeprefix(first)
    assert len(outage.splitlines()) <= MOST_LINES, outage
    assert "waiting for Kafka" in outage

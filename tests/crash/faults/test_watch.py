"""A worker that stands still for no reason that it could name ends, and says which of the five signals it was."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.crash.harmed_worker import HARM_VARIABLE, LIMITS_VARIABLE
from tests.crash.limited import limited_worker
from tests.end_to_end.installation import ROOT, Installation
from tests.end_to_end.recovery.test_recovery import lines, small_policy
from tests.end_to_end.troubleshooting import said_as_documented

pytestmark = pytest.mark.stack
LOOKS = 8
LOOK_SECONDS = 0.25
RECORDS = 4_000
ENTRIES = 80


@pytest.mark.parametrize(
    ("message", "harm"),
    [
        ("the event loop of the worker does not", "the worker's loop"),
        ("records of partition N wait", "the reading"),
    ],
)
def test_a_worker_that_stands_still_ends_with_a_reason(
    stack_environment: dict[str, str], tmp_path: Path, message: str, harm: str
) -> None:
    end_by_itself(stack_environment, tmp_path, message, harm)


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("message", "harm"),
    [
        ("the event loop of Kafka's client does not", "the client's loop"),
        ("the group NAME does not list", "the place in the group"),
        ("the relay's thread does not turn", "the relay's thread"),
        ("N run(s) are in hand", "the run in hand"),
        ("the recovery has not got on", "the recovery"),
    ],
)
def test_so_does_one_of_which_another_part_stands_still(
    stack_environment: dict[str, str], tmp_path: Path, message: str, harm: str
) -> None:
    end_by_itself(stack_environment, tmp_path, message, harm)


def end_by_itself(environment: dict[str, str], folder: Path, message: str, harm: str) -> None:
    """A worker that is harmed says so and ends."""
    installation = Installation(environment, folder, policy=small_policy(folder), clock="event")
    data, said = folder / "reports.jsonl", folder / "said.log"
    data.write_bytes(lines(RECORDS))
    installation.json("ingest", str(data))
    with limited_worker(installation, said, harm, looks=LOOKS, look_seconds=LOOK_SECONDS) as worker:
        assert worker.wait(100) == 1, said.read_text()
    said_as_documented(message, said.read_text())


@pytest.mark.thorough
def test_a_worker_whose_log_nobody_reads_ends_all_the_same(stack_environment: dict[str, str], tmp_path: Path) -> None:
    installation = Installation(stack_environment, tmp_path, policy=small_policy(tmp_path), clock="event")
    installation.send([(b"p", line) for line in lines(10).split()])
    given = {LIMITS_VARIABLE: json.dumps({"looks": LOOKS, "look_seconds": LOOK_SECONDS}), HARM_VARIABLE: "the log"}
    command = [sys.executable, "-m", "tests.crash.harmed_worker"]
    environment = installation.environment | given
    with subprocess.Popen(command, env=environment, cwd=ROOT, stderr=subprocess.PIPE) as worker:
        assert worker.wait(100) == 1


@pytest.mark.thorough
def test_who_is_idle_was_stopped_or_recovers_for_long_is_not_deaf(
    stack_environment: dict[str, str], tmp_path: Path
) -> None:
    """Each lasts longer than the watch is patient, which is two seconds here."""
    installation = Installation(stack_environment, tmp_path, policy=small_policy(tmp_path), clock="event")
    said, patience = tmp_path / "said.log", LOOKS * LOOK_SECONDS
    limits = {"looks": LOOKS, "look_seconds": LOOK_SECONDS, "looks_to_a_question": 2}
    with limited_worker(installation, said, "a slow recovery", **limits) as worker:
        installation.send([(b"p", line) for line in lines(ENTRIES).split()])
        installation.wait_idle()
        time.sleep(2 * patience)
        worker.send_signal(signal.SIGSTOP)
        time.sleep(2 * patience)
        worker.send_signal(signal.SIGCONT)
        before = time.monotonic()
        installation.empty_store()
        installation.send([(b"p", lines(1).strip())])
        assert installation.wait_idle()["lag"] == 0
        assert time.monotonic() - before > patience
        assert worker.poll() is None, said.read_text()

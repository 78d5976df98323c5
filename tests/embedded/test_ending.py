"""However it ends, nothing is left: no process and no folder."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

psutil = pytest.importorskip("psutil", reason="pip install 'harmwatch[embedded]'")
pytestmark = pytest.mark.stack
Process = Any  # psutil's: it ships no types

PATIENCE_SECONDS = 60.0
RUN = "import sys; from embedded.command import run_with_stack; sys.exit(run_with_stack(sys.argv[1:], None))"
SLEEP_IN_STACK = """
import sys, time
from embedded.stack import Stack
with Stack():
    print("ready", flush=True)
    time.sleep(600)
"""
COUNT_INTERRUPTS = """
import signal, sys, time
interrupts = []
signal.signal(signal.SIGINT, lambda number, frame: interrupts.append(number))
print("ready", flush=True)
while not interrupts:
    time.sleep(0.01)
time.sleep(0.3)
sys.exit(10 + len(interrupts))
"""


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start Python with a stack; its temporary folder is `tmp_path`."""
    started: list[subprocess.Popen[str]] = []

    def begin(*arguments: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", *arguments],
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
            env=os.environ | {"TMPDIR": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def wait_for_ready(process: subprocess.Popen[str]) -> list[Process]:
    """All that descends from it, once the stack is up."""
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return list(psutil.Process(process.pid).children(recursive=True))


def runs(process: Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def left_after(processes: list[Process], folder: Path) -> list[object]:
    deadline = time.monotonic() + PATIENCE_SECONDS
    left: list[object] = [folder]
    while left and time.monotonic() < deadline:
        time.sleep(0.05)
        left = [*filter(runs, processes), *folder.iterdir()]
    return left


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param((SLEEP_IN_STACK,), id="stack", marks=pytest.mark.thorough),
        pytest.param((RUN, "sh", "-c", "sleep 600 & echo ready; wait"), id="command"),
    ],
)
def test_a_killed_parent_leaves_nothing(
    start: Callable[..., subprocess.Popen[str]], tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    parent = start(*arguments)
    family = wait_for_ready(parent)
    assert len(family) >= 3  # the guard, Kafka, Valkey
    assert list(tmp_path.iterdir())
    parent.kill()
    assert not left_after(family, tmp_path)


@pytest.mark.thorough
def test_a_parent_killed_while_it_starts_leaves_nothing(
    start: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    parent = start(SLEEP_IN_STACK)
    itself = psutil.Process(parent.pid)
    while not (family := itself.children(recursive=True)):
        time.sleep(0.01)
    parent.kill()
    assert not left_after(family, tmp_path)


def test_an_interrupt_leaves_nothing(start: Callable[..., subprocess.Popen[str]], tmp_path: Path) -> None:
    parent = start(SLEEP_IN_STACK)
    family = wait_for_ready(parent)
    parent.send_signal(signal.SIGINT)
    parent.wait(PATIENCE_SECONDS)
    assert not list(filter(runs, family))
    assert not list(tmp_path.iterdir())


@pytest.mark.thorough
def test_the_command_has_the_addresses_and_standard_output_to_itself(
    start: Callable[..., subprocess.Popen[str]],
) -> None:
    parent = start(RUN, "sh", "-c", "echo $HARMWATCH_KAFKA $HARMWATCH_REDIS; exit 7")
    output, _ = parent.communicate(timeout=PATIENCE_SECONDS)
    kafka, redis = output.split()
    assert kafka.startswith("127.0.0.1:")
    assert redis.startswith("redis://127.0.0.1:")
    assert parent.returncode == 7


@pytest.mark.thorough
def test_a_command_that_is_not_there_is_reported_before_anything_starts(
    start: Callable[..., subprocess.Popen[str]],
) -> None:
    assert start(RUN, "no-such-command").wait(PATIENCE_SECONDS) == 127


@pytest.mark.thorough
def test_sigterm_reaches_the_command(start: Callable[..., subprocess.Popen[str]], tmp_path: Path) -> None:
    parent = start(RUN, "sh", "-c", "echo ready; exec sleep 600")
    family = wait_for_ready(parent)
    parent.terminate()
    assert parent.wait(PATIENCE_SECONDS) == 128 + signal.SIGTERM
    assert not list(filter(runs, family))
    assert not list(tmp_path.iterdir())


@pytest.mark.thorough
def test_ctrl_c_reaches_the_command_once_and_then_ends_the_stack(
    start: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    parent = start(RUN, sys.executable, "-c", COUNT_INTERRUPTS)
    family = wait_for_ready(parent)
    os.killpg(parent.pid, signal.SIGINT)
    assert parent.wait(PATIENCE_SECONDS) == 11
    assert not list(filter(runs, family))
    assert not list(tmp_path.iterdir())

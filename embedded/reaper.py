"""The process that cleans up: ends children and removes folders once the process that began them is gone.

A process killed with -9 cannot clean up after itself, so another one does, and does it always: there is one
way to end, however it comes about. It obeys lines from its standard input:

    watch PID       at the end, end this process and its descendants
    remove FOLDER   at the end, delete this folder
    end             the end; so are the end of the input and the death of the parent
"""

import os
import select
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

GRACE_SECONDS = 10.0
POLL_SECONDS = 0.02
PARENT_CHECK_SECONDS = 1.0


def main() -> None:
    """Obey the lines on standard input, then clean up; nothing but SIGKILL ends it before."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    watched: list[psutil.Process] = []
    folders: list[Path] = []
    for line in _lines(sys.stdin.fileno()):
        verb, _, argument = line.partition(" ")
        match verb:
            case "watch" if psutil.pid_exists(int(argument)):
                # It remembers when it started, so a later process with the same number is left alone.
                watched.append(psutil.Process(int(argument)))
            case "remove":
                folders.append(Path(argument))
            case "end":
                break
    _end(watched)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def _lines(source: int) -> Iterator[str]:
    """The lines until the end of the input or of the parent.

    The end of the input is not enough: a forked child of the parent keeps the pipe open.
    """
    parent = os.getppid()
    pending = b""
    while os.getppid() == parent:
        if not select.select([source], [], [], PARENT_CHECK_SECONDS)[0]:
            continue
        if not (chunk := os.read(source, 4096)):
            return
        *lines, pending = (pending + chunk).split(b"\n")
        yield from map(os.fsdecode, lines)


def _end(watched: list[psutil.Process]) -> None:
    """SIGTERM to all, SIGKILL to those that are still there after the grace."""
    family = {member for process in watched for member in _family(process)}
    _signal(family, signal.SIGTERM)
    family = _wait(family, GRACE_SECONDS)
    # What they started meanwhile goes with them.
    family |= {member for process in family for member in _family(process)}
    _signal(family, signal.SIGKILL)
    _wait(family, GRACE_SECONDS)


def _family(process: psutil.Process) -> list[psutil.Process]:
    try:
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _signal(processes: set[psutil.Process], number: signal.Signals) -> None:
    for process in processes:
        try:
            process.send_signal(number)
        except psutil.NoSuchProcess:
            continue  # it has ended by itself


def _wait(processes: set[psutil.Process], seconds: float) -> set[psutil.Process]:
    """Those that still run when the time is over; a zombie only waits for its parent and counts as ended."""
    deadline = time.monotonic() + seconds
    while (processes := {one for one in processes if _runs(one)}) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
    return processes


def _runs(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


if __name__ == "__main__":
    main()

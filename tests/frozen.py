"""A process that stands still, every thread of it."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

PATIENCE_SECONDS = 60.0


def freeze(pid: int) -> None:
    """Sends SIGSTOP, and returns once all threads have stopped.

    The signal is heeded when one of them runs next: on busy cores the others answer for some milliseconds more.
    """
    os.kill(pid, signal.SIGSTOP)
    until = time.monotonic() + PATIENCE_SECONDS
    while states := set(_states(pid)) - {"T"}:
        assert time.monotonic() < until, f"threads of {pid} still run: {states}"
        time.sleep(0.001)


def _states(pid: int) -> Iterator[str]:
    for stat in Path(f"/proc/{pid}/task").glob("*/stat"):
        with suppress(OSError):  # the thread has ended meanwhile
            yield stat.read_text().rpartition(")")[2].split()[0]

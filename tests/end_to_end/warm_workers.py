"""Workers that need not import everything first: forked from a process that has.

Half of a worker's start is Python reading modules, and the suite starts a worker some fifty times. What is forked goes
through `cli.entry` like any other; tests/end_to_end/operator/test_processes.py starts the command itself.
"""

import functools
import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from multiprocessing.context import ForkServerContext
from pathlib import Path


class WarmWorker:
    """A worker process, spoken to as one speaks to a `subprocess.Popen`."""

    def __init__(self, words: tuple[str, ...], environment: Mapping[str, str], log: Path) -> None:
        log.write_bytes(b"")
        self._process = _context().Process(target=_work, args=(words, dict(environment), str(log)), daemon=True)
        self._process.start()
        pid = self._process.pid
        assert pid is not None
        self.pid: int = pid

    @property
    def returncode(self) -> int | None:
        """The exit code, a signal's number negative; None while it runs."""
        return self._process.exitcode

    def poll(self) -> int | None:
        """The same."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """The exit code once it has ended. Raises subprocess.TimeoutExpired."""
        self._process.join(timeout)
        code = self._process.exitcode
        if code is None:
            raise subprocess.TimeoutExpired("harmwatch worker", timeout or 0.0)
        return code

    def send_signal(self, number: signal.Signals) -> None:
        """Sends it, unless the process has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """SIGTERM."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL."""
        self.send_signal(signal.SIGKILL)


@functools.cache
def _context() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["cli.main", "cli.service.worker"])
    return context


def _work(words: tuple[str, ...], environment: dict[str, str], log: str) -> None:
    """In the forked process: becomes `harmwatch worker`."""
    os.environ.clear()
    os.environ.update(environment)
    out = os.open(log, os.O_WRONLY)
    os.dup2(out, 2)
    sys.argv = ["harmwatch", "worker", *words]
    from cli.entry import run

    run()

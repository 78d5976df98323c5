"""A server as a child process: started, awaited until it answers, killed, started again."""

import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from models.errors import StartRefused

READY_TIMEOUT_SECONDS = 60.0
POLL_SECONDS = 0.02
LINES_SHOWN = 15


class Server:
    """One server; its methods may be called again and again, `start` first."""

    def __init__(
        self, name: str, log: Path, begin: Callable[[], subprocess.Popen[bytes]], answers: Callable[[], bool]
    ) -> None:
        """`begin` starts a process that writes to `log`; `answers` asks it in its own protocol."""
        self._name = name
        self._log = log
        self._begin = begin
        self._answers = answers
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The id of its process."""
        return self._running().pid

    def start(self) -> None:
        """Start the process, without waiting."""
        self._process = self._begin()

    def wait_until_ready(self) -> None:
        """Return once it answers; if it does not, raise StartRefused with the end of its log."""
        process = self._running()
        deadline = time.monotonic() + READY_TIMEOUT_SECONDS
        while not self._answers():
            if process.poll() is not None:
                raise StartRefused(f"{self._name} has ended with code {process.returncode}. {self._last_lines()}")
            if time.monotonic() > deadline:
                raise StartRefused(
                    f"{self._name} does not answer after {READY_TIMEOUT_SECONDS:.0f} s. {self._last_lines()}"
                )
            time.sleep(POLL_SECONDS)

    def kill(self) -> None:
        """End it as kill -9 does, and wait until it is gone."""
        self._running().kill()
        self._running().wait()

    def _running(self) -> subprocess.Popen[bytes]:
        assert self._process is not None, f"{self._name} was not started"
        return self._process

    def _last_lines(self) -> str:
        lines = self._log.read_text(errors="replace").splitlines()[-LINES_SHOWN:]
        return "\n".join([f"The last lines of {self._log}:", *lines])

"""A server as a child process: started, awaited until it answers, killed, started again."""

import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from models.errors import PreconditionFailed

READY_TIMEOUT_SECONDS = 60.0
END_TIMEOUT_SECONDS = 60.0
POLL_SECONDS = 0.02
LINES_SHOWN = 15
COMPLAINTS = (" ERROR ", " FATAL ", "Exception: ", "Caused by: ")

ANOTHER_KAFKA = "Another Kafka uses this folder: end it (ps shows the folder), or choose another folder."

# What a server complains of, and what a person can do about it.
ADVICE = {
    "Failed to acquire lock": ANOTHER_KAFKA,
    "No space left on device": "The disk is full: make room, or choose another folder (--dir, or TMPDIR).",
    "Address already in use": "Another program has taken its port meanwhile: start again, it gets another one.",
}


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
        self._log_begins = 0

    @property
    def pid(self) -> int:
        """The id of its process."""
        return self._running().pid

    def start(self) -> None:
        """Start the process, without waiting."""
        self._log_begins = self._log.stat().st_size if self._log.exists() else 0
        self._process = self._begin()

    def wait_until_ready(self) -> None:
        """Return once it answers; if it does not, raise PreconditionFailed with the end of its log."""
        deadline = time.monotonic() + READY_TIMEOUT_SECONDS
        while not self._answers():
            self.check()
            if time.monotonic() > deadline:
                raise PreconditionFailed(
                    f"{self._name} does not answer after {READY_TIMEOUT_SECONDS:.0f} s. {self._last_words()}"
                )
            time.sleep(POLL_SECONDS)

    def check(self) -> None:
        """Raise PreconditionFailed with what it complained of if it has ended."""
        process = self._running()
        if process.poll() is not None:
            raise PreconditionFailed(f"{self._name} has ended with code {process.returncode}. {self._last_words()}")

    def kill(self) -> None:
        """End it as kill -9 does, and wait until it is gone."""
        self._running().kill()
        self._running().wait()

    def end(self) -> None:
        """Ask it to end, and wait until it is gone; raises TimeoutExpired if it stays."""
        self._running().terminate()
        self._running().wait(END_TIMEOUT_SECONDS)

    def _running(self) -> subprocess.Popen[bytes]:
        assert self._process is not None, f"{self._name} was not started"
        return self._process

    def _last_words(self) -> str:
        """Its complaints since its start, or else its last lines, and what to do."""
        lines = self._log.read_bytes()[self._log_begins :].decode(errors="replace").splitlines()
        complaints = [line for line in lines if any(mark in line for mark in COMPLAINTS)]
        shown = list(dict.fromkeys(complaints))[-LINES_SHOWN:] or lines[-LINES_SHOWN:]
        advice = [said for mark, said in ADVICE.items() if any(mark in line for line in lines)]
        return "\n".join([f"The last lines of {self._log}:", *shown, *advice])

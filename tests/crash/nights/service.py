"""One command of harmwatch as a process that somebody keeps alive: it is started again whenever it has ended."""

import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.end_to_end.installation import HARMWATCH, ROOT, under_this_load

GOODBYE_SECONDS = 20.0
_START_SECONDS = 90.0


class Service:
    """`ready`: what its log says once it serves; `ended`: the codes with which it has ended by itself."""

    def __init__(self, words: Sequence[str], environment: Mapping[str, str], log: Path, ready: str = "") -> None:
        self._words, self._environment, self._log, self._ready = words, environment, log, ready
        self._process: subprocess.Popen[bytes] | None = None
        self.ended: list[int] = []

    def start(self) -> None:
        """In the folder of the code."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*HARMWATCH, *self._words], env=dict(self._environment), stdout=log, stderr=log, cwd=ROOT
            )

    def tend(self) -> None:
        """As systemd does."""
        if self._process is not None and (code := self._process.poll()) is not None:
            self.ended.append(code)
            self.start()

    def await_ready(self) -> None:
        """Raises AssertionError."""
        until = time.monotonic() + _START_SECONDS
        while self._ready not in self._log.read_text("utf-8"):
            assert time.monotonic() < until, f"not ready: {self._log.read_text('utf-8')[-2_000:]}"
            self.tend()
            time.sleep(0.1)

    def die(self) -> None:
        """By kill -9; another one takes its place."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self.start()

    def stand_still(self, seconds: float) -> None:
        """SIGSTOP, and after a while SIGCONT."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGSTOP)
            time.sleep(seconds)
            self._process.send_signal(signal.SIGCONT)

    def end(self) -> str:
        """By SIGTERM; what was wrong about it, or nothing."""
        if self._process is None:
            return ""
        self._process.terminate()
        try:
            code = self._process.wait(under_this_load(GOODBYE_SECONDS))
        except subprocess.TimeoutExpired:
            self.kill()
            return f"{' '.join(self._words)} did not end within {GOODBYE_SECONDS:.0f} s of SIGTERM"
        # One that had hardly begun dies of the signal.
        return "" if code in {0, -signal.SIGTERM} else f"{' '.join(self._words)} ended with {code} after SIGTERM"

    def kill(self) -> None:
        """For good, if it is still there."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()

"""A command seen through a real pseudo-terminal: its screens as a person reads them, and how often they are redrawn."""

import contextlib
import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import termios
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Self

_HOME = "\x1b[H"
_COLOUR = re.compile(r"\x1b\[(?:\d+;)*(?:3\d|4\d|9\d|10\d)(?:;\d+)*m")
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
PATIENCE_SECONDS = 60


class Terminal:
    """A session of its own with `columns` and `lines`, in which one command runs for as long as the block."""

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], cwd: Path, size: tuple[int, int] = (80, 24)
    ) -> None:
        self.columns, self.lines = size
        self._master, slave = pty.openpty()
        self._resize()
        self.process = subprocess.Popen(
            command,
            env={"TERM": "xterm-256color", **environment_without_a_size(environment)},
            cwd=cwd,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509  (one system call, no lock)
        )
        os.close(slave)
        self._written = b""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        self.hang_up()

    def hang_up(self) -> None:
        """Takes the terminal away, as a lost connection does."""
        with contextlib.suppress(OSError):
            os.close(self._master)

    def press(self, keys: str) -> None:
        """Types."""
        os.write(self._master, keys.encode())

    def resize(self, columns: int, lines: int) -> None:
        """Makes the window larger or smaller."""
        self.columns, self.lines = columns, lines
        self._resize()
        self.process.send_signal(signal.SIGWINCH)

    @property
    def descriptor(self) -> int:
        """The terminal's own side."""
        return self._master

    @property
    def text(self) -> str:
        """Everything that was written, controls and all."""
        return self._written.decode(errors="replace")

    @property
    def colours(self) -> int:
        """How often a colour was chosen."""
        return len(_COLOUR.findall(self.text))

    @property
    def redraws(self) -> int:
        """How many screens were drawn so far."""
        return self.text.count(_HOME)

    @property
    def screen(self) -> list[str]:
        """The newest screen that was drawn to its end, line by line without colours."""
        drawn = [part for part in self.text.split(_HOME)[1:] if part.count("\n") >= self.lines - 1]
        return [_CONTROL.sub("", line).rstrip() for line in drawn[-1].split("\r\n")] if drawn else []

    def wait_for(self, good: Callable[[list[str]], bool], seconds: float = PATIENCE_SECONDS) -> list[str]:
        """The first screen for which `good` holds."""
        until = time.monotonic() + seconds
        while not good(screen := self.screen):
            assert self.process.poll() is None, self.text[-3_000:]
            assert time.monotonic() < until, "\n".join(screen) or self.text[-3_000:]
            time.sleep(0.05)
        return screen

    def wait_for_words(self, words: str, seconds: float = PATIENCE_SECONDS) -> list[str]:
        """The first screen with these words, which a line's end may cut."""
        return self.wait_for(lambda screen: words in " ".join(screen), seconds)

    def wait_for_text(self, words: str, seconds: float = PATIENCE_SECONDS) -> None:
        """Until these words were written, on a screen or not."""
        until = time.monotonic() + seconds
        while words not in self.text:
            assert self.process.poll() is None, self.text[-3_000:]
            assert time.monotonic() < until, self.text[-3_000:]
            time.sleep(0.05)

    def _resize(self) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", self.lines, self.columns, 0, 0))

    def _read(self) -> None:
        with contextlib.suppress(OSError):
            while chunk := os.read(self._master, 65_536):
                self._written += chunk


def environment_without_a_size(environment: Mapping[str, str]) -> dict[str, str]:
    """Whoever started us may have told its children how large its own terminal is."""
    return {name: value for name, value in environment.items() if name not in {"LINES", "COLUMNS"}}

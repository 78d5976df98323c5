"""Standard input that says when it is about to wait for more."""

import io
import select
import sys
from collections.abc import Callable
from typing import IO, cast


class _Pipe(io.RawIOBase):
    def __init__(self, descriptor: int, about_to_wait: Callable[[], None]) -> None:
        self._file = io.FileIO(descriptor, closefd=False)
        self._about_to_wait = about_to_wait

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int | None:  # type: ignore[override]  # of what a reader hands over
        if not select.select([self._file], [], [], 0)[0]:
            self._about_to_wait()
        return self._file.readinto(buffer)


def standard_input(about_to_wait: Callable[[], None]) -> IO[bytes]:
    """`about_to_wait` is called before each reading for which nothing is there yet."""
    try:
        descriptor = sys.stdin.buffer.fileno()
    except OSError:  # it is no file of the system: there is nothing to wait for
        return sys.stdin.buffer
    return cast(IO[bytes], io.BufferedReader(_Pipe(descriptor, about_to_wait), 1024 * 1024))

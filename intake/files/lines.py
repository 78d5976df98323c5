"""Lines of a file: their numbers, their bytes in UTF-8 without their ends, whatever the ends are."""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import IO, Protocol

from intake.files.opened import READ_ERRORS, OpenedFile
from intake.files.reading import UTF_8, Reading
from intake.files.recoded import RecodedStream
from models.errors import WrongUse

MAX_LINE_BYTES = 4 * 1024 * 1024

_QUOTED = re.compile(r'"[^"]*("|$)')
MARK = b"\xef\xbb\xbf"
"""What some programs put before UTF-8."""

_UTF_16_BOMS = (b"\xff\xfe", b"\xfe\xff")
_UTF_32_BOMS = (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")
_CHUNK_BYTES = 64 * 1024


class _Readable(Protocol):
    def readline(self, size: int, /) -> bytes: ...


class Lines:
    """The lines of one file, once. `ends_within` is the last line, where it has no line end: it may have been cut."""

    def __init__(self, opened: OpenedFile, reading: Reading, head: bytes) -> None:
        self._opened = opened
        self._encoding = reading.encoding
        text = _QUOTED.sub("", head.decode(reading.encoding, errors="ignore"))
        self._ends_in_cr = "\r" in text[:-1] and "\n" not in text
        self.ends_within: int | None = None

    def __iter__(self) -> Iterator[tuple[int, bytes | str]]:
        """Number and UTF-8 of each line without its end; a text says why one cannot be read."""
        with self._opened.open() as content, self._recoded(content) as stream:
            yield from self._of(_CarriageReturns(stream) if self._ends_in_cr else stream)

    def without_mark(self, number: int, line: bytes) -> bytes:
        """The line without the mark that some programs put before the first one. Raises WrongUse for another's."""
        if number == 1 and line.startswith((*_UTF_16_BOMS, *_UTF_32_BOMS)):
            name = "UTF-32" if line.startswith(_UTF_32_BOMS) else "UTF-16"
            raise WrongUse(
                f"{self._opened.name} is {name}: convert it (iconv -f {name} -t UTF-8), "
                f'or say encoding = "{name.lower()}" in its mapping'
            )
        return line.removeprefix(MARK) if number == 1 else line

    def _recoded(self, content: IO[bytes]) -> AbstractContextManager[_Readable]:
        if self._encoding == UTF_8:
            return nullcontext(content)
        return RecodedStream(nullcontext(content), self._encoding)

    def _of(self, stream: _Readable) -> Iterator[tuple[int, bytes | str]]:
        number = 0
        try:
            while line := stream.readline(MAX_LINE_BYTES):
                number += 1
                if line.endswith(b"\n"):
                    yield number, line.removesuffix(b"\n").removesuffix(b"\r")
                elif len(line) >= MAX_LINE_BYTES:
                    yield number, f"is longer than {MAX_LINE_BYTES} bytes"
                    _skip_line(stream)
                else:
                    self.ends_within = number
                    yield number, line.removesuffix(b"\r")
        except READ_ERRORS as error:
            yield number + 1, f"the file cannot be read further: {error}"


class _CarriageReturns:
    """A stream whose lines end in CR alone, as on old Macs, with LF in its place."""

    def __init__(self, stream: _Readable) -> None:
        self._stream = stream
        self._held = b""
        self._at = 0

    def readline(self, size: int, /) -> bytes:
        while (end := self._held.find(b"\r", self._at)) < 0 and len(self._held) - self._at < size:
            more = self._stream.readline(_CHUNK_BYTES)
            self._held, self._at = self._held[self._at :] + more, 0
            if not more:
                break
        begin = self._at
        self._at = min(end + 1 if end >= 0 else len(self._held), begin + size)
        line = self._held[begin : self._at]
        return line[:-1] + b"\n" if line.endswith(b"\r") else line


def _skip_line(stream: _Readable) -> None:
    while (more := stream.readline(MAX_LINE_BYTES)) and not more.endswith(b"\n"):
        pass

"""The bytes of one file: plain, compressed by gzip, out of a zip archive, or standard input."""

import gzip
import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO, cast

from intake.files.pipe import standard_input
from models.errors import WrongUse

STDIN = Path("-")
READ_ERRORS = (EOFError, OSError, UnicodeError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, NotImplementedError)
"""What a stream raises that breaks off."""

_HEAD_BYTES = 64 * 1024
_ENCRYPTED = 0x1


class OpenedFile:
    """One file, or one member of a zip archive; `name` is how the operator called it.

    `about_to_wait` is called before standard input is waited for.
    """

    def __init__(
        self, path: Path, member: zipfile.ZipInfo | None = None, about_to_wait: Callable[[], None] = lambda: None
    ) -> None:
        self._path = path
        self._member = member
        self._about_to_wait = about_to_wait
        self._file: IO[bytes] | None = None
        self._begins_at = 0
        self.name = str(path) if member is None else f"{path}/{member.filename}"
        self.bytes_total = path.stat().st_size if path.is_file() else 0

    @property
    def content_name(self) -> str:
        """What the content is called: without .gz, or as the archive calls it."""
        name = self._path.name if self._member is None else self._member.filename
        return name[:-3] if self._is_packed(name) else name

    @property
    def bytes_read(self) -> int:
        """How far the file was read; compressed bytes of a compressed file."""
        if self._file is None:
            return 0
        if self._file.closed:
            return self.bytes_total
        return min(max(self._file.tell() - self._begins_at, 0), self.bytes_total)

    def head(self) -> bytes:
        """How it begins; nothing of standard input, which is read once. Raises WrongUse."""
        if self._path == STDIN:
            return b""
        try:
            with self.open() as stream:
                return stream.read(_HEAD_BYTES)
        except READ_ERRORS:  # its reader will say where it breaks off
            return b""
        finally:
            self._file = None

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """The content, from its beginning. Raises WrongUse for a file that cannot be opened."""
        if self._path == STDIN:
            yield standard_input(self._about_to_wait)
            return
        try:
            self._file = self._path.open("rb")
        except OSError as error:
            raise WrongUse(f"{self._path} cannot be read: {error.strerror}") from None
        with self._file:
            if self._member is None:
                yield self._unpacked(self._file, self._path.name)
                return
            with self._archive_member(self._file, self._member) as content:
                yield self._unpacked(content, self._member.filename)

    def _archive_member(self, file: IO[bytes], info: zipfile.ZipInfo) -> AbstractContextManager[IO[bytes]]:
        archive = archive_of(self._path, file)
        if info.flag_bits & _ENCRYPTED:
            raise WrongUse(f"{self.name} is protected by a password: unpack it first")
        self._begins_at, self.bytes_total = info.header_offset, info.compress_size
        try:
            return archive.open(info)
        except (*READ_ERRORS, ValueError, RuntimeError, struct.error) as error:
            raise WrongUse(f"{self.name} cannot be unpacked: {error}") from None

    def _unpacked(self, content: IO[bytes], name: str) -> IO[bytes]:
        return cast(IO[bytes], gzip.GzipFile(fileobj=content)) if self._is_packed(name) else content

    def _is_packed(self, name: str) -> bool:
        return name.lower().endswith(".gz")


def archive_of(path: Path, file: IO[bytes]) -> zipfile.ZipFile:
    """The archive in an open file. Raises WrongUse for what is none."""
    try:
        return zipfile.ZipFile(file)
    except (*READ_ERRORS, ValueError, RuntimeError, struct.error) as error:
        raise WrongUse(f"{path} is no zip archive, or was cut: {error}") from None


def members_of(path: Path) -> list[zipfile.ZipInfo]:
    """The files in a zip archive, also two of one name; what a Mac puts beside them is left out. Raises WrongUse."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise WrongUse(f"{path} cannot be read: {error.strerror}") from None
    with file:
        members = [info for info in archive_of(path, file).infolist() if info.filename]
    return [info for info in members if not (info.filename.endswith("/") or info.filename.startswith("__MACOSX/"))]


def is_archive(path: Path) -> bool:
    """Whether a file is called a zip archive."""
    return path.suffix.lower() == ".zip"

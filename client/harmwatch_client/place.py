"""How far a consumer has come: a text that it keeps for us, together with what it did."""

import os
from pathlib import Path
from typing import Protocol

from harmwatch_client.errors import BadPlace


class Place(Protocol):
    """Keeps one text. Write it in the transaction of your own database, and nothing is ever done twice."""

    def load(self) -> str | None:
        """What was saved last; None: nothing was yet."""

    def save(self, text: str) -> None:
        """Keeps a text of at most a few hundred characters for good before it returns."""


class FilePlace:
    """A file. It is replaced as a whole and on disk before `save` returns. Raises OSError."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = Path(path)

    def load(self) -> str | None:
        """What was saved last. Raises BadPlace where the file holds no text."""
        try:
            return self._path.read_text("utf-8")
        except FileNotFoundError:
            return None
        except UnicodeDecodeError as error:
            raise BadPlace(f"{self._path} holds no place: it is no text") from error

    def save(self, text: str) -> None:
        """Replaces the file."""
        written = self._path.with_name(self._path.name + ".new")
        with written.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        written.replace(self._path)
        self._keep_the_name()

    def _keep_the_name(self) -> None:
        if os.name == "posix":  # elsewhere a folder cannot be opened, and need not be
            folder = os.open(self._path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)


class MemoryPlace:
    """Forgets with the process: for who reads everything each time."""

    def __init__(self) -> None:
        self._text: str | None = None

    def load(self) -> str | None:
        """What was saved last."""
        return self._text

    def save(self, text: str) -> None:
        """Remembers it."""
        self._text = text

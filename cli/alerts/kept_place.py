"""The file in which `alerts follow` keeps how far it came."""

from pathlib import Path

from harmwatch_client import FilePlace
from models.errors import WrongUse


class KeptPlace:
    """A Place in the file that --place names. Raises WrongUse where it cannot be read or written."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = FilePlace(path)

    def load(self) -> str | None:
        """What was saved last. Raises BadPlace, too."""
        try:
            return self._file.load()
        except OSError as error:
            raise WrongUse(f"--place {self._path} cannot be read: {error.strerror}") from error

    def save(self, text: str) -> None:
        """Replaces the file."""
        try:
            self._file.save(text)
        except OSError as error:
            raise WrongUse(f"--place {self._path} cannot be written: {error.strerror}") from error

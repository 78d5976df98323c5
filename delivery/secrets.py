"""The keys that sign webhooks: files in one folder, each readable by its owner alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from delivery.signing import Key, read_key
from models.access.secret_file import SecretFile
from models.errors import NotAllowed, WrongUse

_SETTING = "HARMWATCH_SECRETS"


@dataclass(frozen=True, slots=True)
class Secrets:
    """The folder that HARMWATCH_SECRETS names."""

    folder: Path

    def key(self, name: str) -> Key:
        """The key as it lies there now. Raises NotAllowed which says what to do, and nothing of the key."""
        file = SecretFile(_SETTING, self.folder / name)
        try:
            return read_key(file.read())
        except WrongUse as error:
            raise NotAllowed(f"{_SETTING}: {file.path} holds no key: {error}") from error

    def faults(self, names: tuple[str, ...]) -> Iterator[str]:
        """Of each that cannot be used, why."""
        for name in names:
            try:
                self.key(name)
            except NotAllowed as error:
                yield str(error)

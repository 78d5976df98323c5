"""A secret in a file of its own: readable by its owner alone, and read again whenever it is needed."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from models.errors import NotAllowed, WrongUse

_OF_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_CREDENTIALS = "CREDENTIALS_DIRECTORY"
"""Where systemd puts what LoadCredential= names: it lets no one else into the folder, and the modes say less."""


@dataclass(frozen=True, slots=True)
class SecretFile:
    """The file that a setting names; what it holds is in no text and no repr."""

    setting: str
    path: Path

    def fault(self) -> str | None:
        """What is wrong with the file, and what to do; None: it can be used."""
        try:
            mode = self.path.stat().st_mode
            with self.path.open("rb"):
                pass
        except OSError as error:
            return f"{self.setting}: {self.path}: {error.strerror}"
        if not stat.S_ISREG(mode):
            return f"{self.setting}: {self.path} is not a file"
        if mode & _OF_OTHERS and not _is_credential(self.path):
            return f"{self.setting}: others than its owner can read {self.path}: chmod 600 {self.path}"
        return None

    def check(self) -> None:
        """Raises WrongUse where the file cannot be used."""
        if (fault := self.fault()) is not None:
            raise WrongUse(fault)

    def read(self) -> str:
        """What stands in it now, without the end of its line. Raises NotAllowed: a person has to bring it back."""
        fault = self.fault()
        if fault is None:
            try:
                secret = self.path.read_text(encoding="utf-8").rstrip("\r\n")
            except (OSError, UnicodeDecodeError) as error:
                fault = f"{self.setting}: {self.path} cannot be read: {type(error).__name__}"
            else:
                if secret:
                    return secret
                fault = f"{self.setting}: {self.path} is empty"
        raise NotAllowed(fault)


def _is_credential(path: Path) -> bool:
    folder = os.environ.get(_CREDENTIALS)
    return folder is not None and path.absolute().is_relative_to(folder)

"""The files of an encrypted connection, as settings name them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from models.access.secret_file import SecretFile


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """PEM files; without a CA the system's count, without a certificate we show none. `prefix` begins their settings.

    `checks_name`: whether the certificate must be for the host that was called.
    """

    prefix: str
    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    key_password: SecretFile | None = None
    checks_name: bool = True

    def paths(self) -> tuple[Path, ...]:
        """Every file that is named."""
        password = self.key_password.path if self.key_password else None
        return tuple(path for path in (self.ca, self.certificate, self.key, password) if path is not None)

    def secrets(self) -> Iterator[SecretFile]:
        """Those that no one else may read."""
        if self.key is not None:
            yield SecretFile(f"{self.prefix}_KEY", self.key)
        if self.key_password is not None:
            yield self.key_password

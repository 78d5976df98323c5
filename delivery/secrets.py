"""What we show of ourselves: keys that sign, certificates, in files of one folder that their owner alone may read."""

import hashlib
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from delivery.signing import Key, read_key
from models.access.secret_file import SecretFile
from models.delivery.terms import Terms
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

    def text(self, name: str) -> str:
        """A token, a routing key or a password, as it stands there. Raises NotAllowed which says what to do."""
        file = SecretFile(_SETTING, self.folder / name)
        text = file.read()
        if not text.isascii() or not text.isprintable():
            raise NotAllowed(f"{_SETTING}: {file.path} holds more than one line of printable ASCII")
        return text

    def certificate(self, name: str) -> str:
        """Our certificate with its private key, PEM in one file. Raises NotAllowed which says what to do."""
        file = SecretFile(_SETTING, self.folder / name)
        held = file.read()
        try:
            _look(file.path, hashlib.sha256(held.encode()).digest())
        except (OSError, ValueError) as error:  # ssl.SSLError is an OSError; a key that asks for a password
            raise NotAllowed(f"{_SETTING}: {file.path} holds no certificate with its private key in clear") from error
        return held

    def faults(self, terms: Terms) -> Iterator[str]:
        """Of each file that the terms name and that cannot be used, why."""
        yield from (
            fault for name in terms.keys for fault in _fault(self.key if terms.sink == "webhook" else self.text, name)
        )
        if terms.certificate is not None:
            yield from _fault(self.certificate, terms.certificate)


def _fault(look: Callable[[str], object], name: str) -> Iterator[str]:
    try:
        look(name)
    except NotAllowed as error:
        yield str(error)


@lru_cache(1_024)
def _look(certificate: Path, _digest: bytes) -> None:
    """Once for each content. Raises OSError, ValueError."""
    ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_cert_chain(certificate, password="")

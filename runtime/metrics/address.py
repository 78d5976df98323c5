"""Where metrics are to be had, as HARMWATCH_METRICS names it."""

import ipaddress
import re
from dataclasses import dataclass
from pathlib import Path

from models.access.tls_files import TlsFiles

_UNIX = "unix:"
_PORT = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<host>[^\[\]:\s]+)):(?P<port>[0-9]{1,5})")
_LARGEST_PORT = 65_535
_LONGEST_SOCKET = 107
"""Bytes of a socket's path that Linux takes."""


@dataclass(frozen=True, slots=True)
class Address:
    """A socket in a folder, or host and port; `tls`: by which files it is answered there, None: in clear."""

    host: str = ""
    port: int = 0
    socket: Path | None = None
    tls: TlsFiles | None = None

    def __str__(self) -> str:
        if self.socket is not None:
            return f"{_UNIX}{self.socket}"
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def is_of_this_machine(self) -> bool:
        """Whether only this machine can ask."""
        return self.socket is not None or self.host == "localhost" or ipaddress.ip_address(self.host).is_loopback


def read_address(text: str) -> Address | None:
    """None where it is empty. Raises ValueError."""
    if not text:
        return None
    if text.startswith(_UNIX):
        path = Path(text.removeprefix(_UNIX))
        if not path.is_absolute() or len(str(path).encode()) > _LONGEST_SOCKET:
            raise ValueError(f"a socket is an absolute path of at most {_LONGEST_SOCKET} bytes")
        return Address(socket=path)
    found = _PORT.fullmatch(text)
    if found is None or not 0 < int(found["port"]) <= _LARGEST_PORT:
        raise ValueError(f"{text!r} is neither unix:/PATH nor HOST:PORT")
    host = found["six"] or found["host"]
    if host != "localhost":
        ipaddress.ip_address(host)  # a name could mean another address tomorrow
    return Address(host, int(found["port"]))

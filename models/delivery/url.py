"""The address of a subscription: which schemes a sink takes, and what no name server or socket could have."""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

_NUMERIC = re.compile(r"(0[xX])?[0-9a-fA-F]*")
_LABEL = re.compile(r"[A-Za-z0-9_-]{1,63}")
_LONGEST_HOST = 253
_PORTS = range(1, 65_536)


def check_url(text: str, schemes: tuple[str, ...]) -> str:
    """Raises ValueError where it is none that may be called."""
    parts = urlsplit(text)
    host = parts.hostname or ""
    if not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("is to be written in printable ASCII, without spaces")
    if parts.scheme not in schemes or not host:
        raise ValueError(f"is to begin with {' or '.join(f'{one}://' for one in schemes if one != 'http')}")
    if not _is_address(host) and not _is_name(host):
        raise ValueError("names a host that cannot be: parts of 1 to 63 letters, digits and dashes, with dots between")
    if parts.username is not None or parts.password is not None:
        raise ValueError("holds a user or a password")
    if parts.fragment:
        raise ValueError("holds a fragment, which is sent to nobody")
    if parts.port is not None and parts.port not in _PORTS:
        raise ValueError("has no such port")
    if not _is_address(host) and _NUMERIC.fullmatch(host.rstrip(".").rpartition(".")[2]):
        raise ValueError("names a host by a number that is no address")
    if parts.scheme == "http" and not is_this_machine(host):
        raise ValueError("is to begin with https://: in clear only to an address of this machine, such as 127.0.0.1")
    return text


def is_this_machine(host: str) -> bool:
    """Whether it is written as an address of this machine: a name could lead elsewhere tomorrow."""
    return _is_address(host) and ip_address(host).is_loopback


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _is_name(host: str) -> bool:
    name = host.removesuffix(".")
    return len(name) <= _LONGEST_HOST and all(map(_LABEL.fullmatch, name.split(".")))

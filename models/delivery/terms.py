"""The terms of one subscription: who gets alerts, where, by which agreement; no secret, only the names of keys."""

import re
from ipaddress import ip_address, ip_network
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

_NUMERIC = re.compile(r"(0[xX])?[0-9a-fA-F]*")
_LABEL = re.compile(r"[A-Za-z0-9_-]{1,63}")
_LONGEST_HOST = 253
_PORTS = range(1, 65_536)


def _printable(text: str) -> str:
    if not text.isprintable() or text != text.strip():
        raise ValueError("is to be plain text on one line")
    return text


def _network(text: str) -> str:
    """In the form that compares; an address alone is a network of one."""
    return str(ip_network(text))


def _url(text: str) -> str:
    """Raises ValueError where it is none that may be called."""
    parts = urlsplit(text)
    host = parts.hostname or ""
    if not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("is to be written in printable ASCII, without spaces")
    if parts.scheme not in {"https", "http"} or not host:
        raise ValueError("is to begin with https://")
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
    if parts.scheme == "http" and not (_is_address(host) and ip_address(host).is_loopback):
        raise ValueError("is to begin with https://: in clear only to an address of this machine, such as 127.0.0.1")
    return text


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _is_name(host: str) -> bool:
    name = host.removesuffix(".")
    return len(name) <= _LONGEST_HOST and all(map(_LABEL.fullmatch, name.split(".")))


Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
"""Lower case letters, digits and dashes; for ever, since the ledger knows a subscription by it."""

_Text = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_printable)]
KeyName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")]
"""A file in HARMWATCH_SECRETS."""

NEVER_CHANGE = ("recipient", "agreement", "sink", "content", "begin")
"""Another recipient, or another content, is another subscription."""


class Terms(BaseModel):
    """One subscription, as an order puts it in force."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, populate_by_name=True)

    id: Id
    recipient: _Text
    """who gets the alerts, as the disclosure log names them"""

    agreement: _Text
    """by which agreement"""

    sink: Literal["webhook"] = "webhook"
    url: Annotated[str, Field(max_length=2_000), AfterValidator(_url)]
    content: Literal["full", "thin"] = "full"
    """thin: which alert, when and by which policy; no person and no offence"""

    begin: Annotated[Literal["band", "now"] | Annotated[int, Field(ge=1, strict=True)], Field(alias="from")] = "band"
    """band: first who is in now, then every alert; now: only what comes; N: from that sequence on"""

    keys: Annotated[tuple[KeyName, ...], Field(min_length=1, max_length=4)]
    """each signs, the newest first"""

    ca: Annotated[str, Field(min_length=1)] | None = None
    """PEM of the CA that signed their certificate; null: those of the system count"""

    certificate: KeyName | None = None
    """what we show them: our certificate and its private key, PEM in one file; null: nothing"""

    allow: tuple[Annotated[str, AfterValidator(_network)], ...] = ()
    """networks that may be dialled; none: whatever is globally reachable"""

    timeout_seconds: Annotated[int, Field(ge=1, le=60, strict=True)] = 15

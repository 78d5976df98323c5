"""Where a Redis is, and who we are there."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from models.access.secret_file import SecretFile
from models.access.tls_files import TlsFiles

_SCHEMES = ("redis", "rediss", "unix")
_NOT_YET = {"sentinel": "Redis Sentinel", "cluster": "Redis Cluster"}
_ENCODE = (
    "user and password stand in {setting}_USER and {setting}_PASSWORD_FILE, or in the address percent-encoded: "
    "@ is %40, : is %3A, / is %2F, % is %25, ? is %3F, # is %23"
)
_FORM = "redis://HOST:PORT/DB, rediss://HOST:PORT/DB (TLS) or unix:///PATH"


@dataclass(frozen=True, slots=True)
class Access:
    """An address, and what a server may ask of us; all but the address may be left out."""

    url: str = field(repr=False)
    setting: str = "HARMWATCH_REDIS"
    user: str = ""
    password: SecretFile | None = None
    tls: TlsFiles = field(default_factory=lambda: TlsFiles("HARMWATCH_REDIS"))

    @property
    def names_user(self) -> bool:
        """Whether the address holds user or password."""
        parts = urlsplit(self.url)
        return parts.username is not None or "password=" in parts.query or "username=" in parts.query

    @property
    def render(self) -> str:
        """The address without user, password and whatever else stands behind it; of one that is good."""
        scheme, _, rest = self.url.partition("?")[0].partition("#")[0].partition("://")
        return f"{scheme}://{rest.rpartition('@')[2]}"

    def options(self) -> dict[str, Any]:  # Any: as the client takes them
        """The arguments for a client beside the address; files are read now. Raises NotAllowed."""
        chosen: dict[str, Any] = {}
        if self.user:
            chosen["username"] = self.user
        if self.password is not None:
            chosen["password"] = self.password.read()
        named = (("ssl_ca_certs", self.tls.ca), ("ssl_certfile", self.tls.certificate), ("ssl_keyfile", self.tls.key))
        return chosen | {name: str(path) for name, path in named if path is not None}


def address_fault(url: str, setting: str) -> str | None:
    """What is wrong with an address, and what to do; None: nothing. Quotes none of it: it may hold a password."""
    scheme = url.partition("://")[0] if "://" in url else ""
    for mark, name in _NOT_YET.items():
        if mark in scheme.lower():
            return f"{setting}: {name} is not supported: name one Redis, {_FORM}"
    if scheme not in _SCHEMES:  # letter by letter, as the client does
        return f"{setting} is not a Redis URL: it begins with redis://, rediss:// (TLS) or unix://"
    try:
        parts = urlsplit(url)
        is_good = scheme == "unix" or (bool(parts.hostname) and (parts.port is None or parts.port > 0))
        database = parts.path.strip("/")
    except ValueError:
        is_good = False
    else:
        is_good = is_good and not parts.fragment and (scheme == "unix" or not database or database.isdigit())
        is_good = is_good and "@" not in parts.query  # a ? of the password has cut the address
    if is_good:
        return None
    return f"{setting} is not a Redis URL of the form {_FORM}: {_ENCODE.format(setting=setting)}"

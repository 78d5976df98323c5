"""The settings of where the console is served, to whom, and behind what."""

import ipaddress
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from pydantic import Field

from models.access.secret_file import SecretFile
from models.access.tls_files import TlsFiles
from runtime.access_settings import tls_faults
from runtime.metrics.address import Address, read_address
from runtime.oidc_settings import ROLES, OidcAccess, roles_by_group

_CONSOLE = "HARMWATCH_CONSOLE"
_SHORTEST_SECRET = 32
"""Letters; 64 hex digits are 256 bits."""

_HEADER = re.compile(r"[A-Za-z0-9-]{1,64}")
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(:[0-9]{1,5})?")


class ConsoleAccess(OidcAccess):
    """The settings of the console."""

    console: str = "127.0.0.1:8600"
    """Where the console is served: `HOST:PORT`. An address that other machines reach needs a sign-in
    (`HARMWATCH_CONSOLE_USERS`, `_OIDC`, `_PROXY`), and `HARMWATCH_CONSOLE_CERT` or `HARMWATCH_ALLOW_CLEARTEXT=yes`."""

    console_hosts: str = ""
    """Further names by which browsers may ask for it, as they stand in the address bar (`desk.example:8600`; without a
    port: the usual one), separated by commas. Those of this machine count always."""

    console_cert: Path | None = None
    """The certificate by which it is served over TLS, with what leads from it to its CA; empty: in clear."""

    console_key: Path | None = None
    """Its private key; its owner alone may read it."""

    console_users: Path | None = None
    """The file of who may sign in, written by `harmwatch console user`; its owner alone may read it."""

    console_proxy: str = ""
    """The IP address of a proxy that has asked already who somebody is; no other one is believed."""

    console_proxy_user: str = ""
    """The header in which it names them, such as `X-Remote-User`. It must take away what browsers send of that name."""

    console_proxy_groups: str = ""
    """The header in which it names their groups, separated by commas or semicolons."""

    console_proxy_roles: str = ""
    """Which group has which role: `GROUP=ROLE`, separated by commas; roles are `viewer`, `officer`,
    `supervisor`, `auditor`, and `device` for a screen on a wall."""

    console_record: Path | None = None
    """A TOML file with what `/about` cannot know: who answers for the list, its purpose, how it can be challenged."""

    @property
    def has_sign_in(self) -> bool:
        """Whether anybody who asks is checked."""
        return self.console_users is not None or bool(self.console_proxy or self.console_oidc)

    console_secret: Path | None = None
    """A file with the secret, 32 letters or more, under which addresses name persons; the same for every console of a
    board. Its owner alone may read it. Empty: no pages about persons."""

    console_certificate: Path | None = None
    """The newest certificate of `harmwatch verify --certificate`: what proofs are made of that officers fetch."""

    console_past_seconds: Annotated[float, Field(gt=0, le=600)] = 20.0
    """After how many seconds over one question the process that looks back is ended."""

    console_audit_user: str = ""
    """Who looks back at Kafka for the console, a login with the rights of the role `audit`; empty: the console's."""

    console_audit_password_file: Path | None = None
    """A file with its password."""

    @property
    def console_address(self) -> Address:
        """Where it is served. Raises ValueError."""
        address = read_address(self.console)
        if address is None or address.socket is not None:
            raise ValueError(f"{self.console!r} is not HOST:PORT")
        return address

    @property
    def console_tls(self) -> TlsFiles:
        """The files by which it is served."""
        return TlsFiles(_CONSOLE, None, self.console_cert, self.console_key)

    @property
    def console_names(self) -> tuple[str, ...]:
        """The further names, in small letters."""
        return tuple(name.strip().lower() for name in self.console_hosts.split(",") if name.strip())

    @property
    def group_roles(self) -> dict[str, str]:
        """By group."""
        return roles_by_group(self.console_proxy_roles)

    def console_faults(self) -> Iterator[str]:
        """What of it does not go together, or cannot be read."""
        try:
            address = self.console_address
        except ValueError as error:
            yield f"{_CONSOLE}: {error}"
            return
        yield from tls_faults(self.console_tls)
        if not address.is_of_this_machine:
            yield from self._reach_faults(address)
        for name in self.console_names:
            if _HOST.fullmatch(name) is None:
                yield f"{_CONSOLE}_HOSTS: {name!r} is neither HOST nor HOST:PORT"
        yield from self.oidc_faults()
        if self.console_users is not None and self.console_proxy:
            yield f"{_CONSOLE}_USERS and _PROXY are two ways to sign in: leave one of them out"
        if self.console_oidc and (self.console_users is not None or self.console_proxy):
            yield f"{_CONSOLE}_OIDC is a way to sign in: leave {_CONSOLE}_USERS and _PROXY out"
        yield from self._past_faults()
        if self.console_proxy:
            yield from self._proxy_faults()
        elif self.console_proxy_user or self.console_proxy_groups or self.console_proxy_roles:
            yield f"{_CONSOLE}_PROXY_USER, _GROUPS and _ROLES need {_CONSOLE}_PROXY"

    def _past_faults(self) -> Iterator[str]:
        if self.console_secret is not None:
            secret = SecretFile(f"{_CONSOLE}_SECRET", self.console_secret)
            if (fault := secret.fault()) is not None:
                yield fault
            elif len(secret.read()) < _SHORTEST_SECRET:
                yield f"{_CONSOLE}_SECRET: {self.console_secret} holds less than {_SHORTEST_SECRET} letters"
        if bool(self.console_audit_user) != (self.console_audit_password_file is not None):
            yield f"{_CONSOLE}_AUDIT_USER and _AUDIT_PASSWORD_FILE go together"

    def _reach_faults(self, address: Address) -> Iterator[str]:
        if not self.has_sign_in:
            yield (
                f"{_CONSOLE}: {address} is reached from other machines, and without a sign-in anyone who reaches it "
                f"sees the board. Take 127.0.0.1 and ssh -L, or {_CONSOLE}_USERS, _OIDC or _PROXY"
            )
        if self.console_cert is None and not self.allow_cleartext:
            yield (
                f"{_CONSOLE}: {address} is reached from other machines: that needs {_CONSOLE}_CERT and _KEY, or "
                "HARMWATCH_ALLOW_CLEARTEXT=yes"
            )

    def _proxy_faults(self) -> Iterator[str]:
        try:
            ipaddress.ip_address(self.console_proxy)
        except ValueError:
            yield f"{_CONSOLE}_PROXY: {self.console_proxy!r} is no IP address"
        for name in ("USER", "GROUPS"):
            if _HEADER.fullmatch(getattr(self, f"console_proxy_{name.lower()}")) is None:
                yield f"{_CONSOLE}_PROXY needs {_CONSOLE}_PROXY_{name}, the name of a header"
        wrong = [role for role in self.group_roles.values() if role not in ROLES]
        if wrong or not self.group_roles:
            yield f"{_CONSOLE}_PROXY_ROLES is GROUP=ROLE, separated by commas; roles are {', '.join(ROLES)}"

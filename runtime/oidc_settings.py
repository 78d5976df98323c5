"""The settings of the identity provider at which officers sign in."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from models.access.secret_file import SecretFile
from runtime.access_settings import KafkaAccess

_OIDC = "HARMWATCH_CONSOLE_OIDC"
ROLES = ("viewer", "officer", "supervisor", "auditor", "device")
_OF_THIS_MACHINE = {"127.0.0.1", "::1", "localhost"}
BACK = "/sign-in/back"


class OidcAccess(KafkaAccess):
    """The settings of a sign-in by OpenID Connect."""

    console_oidc: str = ""
    """The address (issuer) of an identity provider that speaks OpenID Connect, at which officers sign in."""

    console_oidc_client: str = ""
    """As which client the console asks there."""

    console_oidc_secret: Path | None = None
    """The file with that client's secret, which its owner alone may read; empty: a public client."""

    console_oidc_redirect: str = ""
    """Where the identity provider sends browsers back to: the console's address with `/sign-in/back`."""

    console_oidc_roles: str = ""
    """Which value of the claim has which role: `VALUE=ROLE`, separated by commas."""

    console_oidc_roles_claim: str = "roles"
    """The claim of the ID token with roles or groups; dots lead into claims within (`realm_access.roles`)."""

    console_oidc_name: str = "sub"
    """The claim by which an officer is named in every record; it must never pass to another person."""

    console_oidc_ca: Path | None = None
    """The CA that signed the identity provider's certificate; empty: those of the system count."""

    @property
    def oidc_issuer(self) -> str:
        """Without a slash at its end."""
        return self.console_oidc.rstrip("/")

    @property
    def oidc_roles(self) -> dict[str, str]:
        """By value of the claim."""
        return roles_by_group(self.console_oidc_roles)

    def oidc_faults(self) -> Iterator[str]:
        """What of it does not go together."""
        others = (self.console_oidc_client, self.console_oidc_redirect, self.console_oidc_roles)
        if not self.console_oidc:
            if any(others) or self.console_oidc_secret is not None:
                yield f"{_OIDC}_CLIENT, _SECRET, _REDIRECT and _ROLES need {_OIDC}"
            return
        for name, address in (("", self.console_oidc), ("_REDIRECT", self.console_oidc_redirect)):
            yield from _address_faults(name, address, may_be_clear=self.allow_cleartext)
        if urlsplit(self.console_oidc_redirect).path != BACK:
            yield f"{_OIDC}_REDIRECT ends with {BACK}"
        if not self.console_oidc_client:
            yield f"{_OIDC} needs {_OIDC}_CLIENT"
        if not self.oidc_roles or any(role not in ROLES for role in self.oidc_roles.values()):
            yield f"{_OIDC}_ROLES is VALUE=ROLE, separated by commas; roles are {', '.join(ROLES)}"
        if self.console_oidc_secret is not None:
            fault = SecretFile(f"{_OIDC}_SECRET", self.console_oidc_secret).fault()
            yield from () if fault is None else (fault,)


def roles_by_group(text: str) -> dict[str, str]:
    """Of `GROUP=ROLE`, separated by commas; a group may hold `=`, as names of directories do."""
    pairs = (pair.rpartition("=") for pair in text.split(",") if pair.strip())
    return {group.strip(): role.strip() for group, _, role in pairs}


def _address_faults(name: str, address: str, *, may_be_clear: bool) -> Iterator[str]:
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        yield f"{_OIDC}{name}: {address!r} is no address of https://"
    elif parts.scheme == "http" and parts.hostname not in _OF_THIS_MACHINE and not may_be_clear:
        yield f"{_OIDC}{name}: {address} is in clear: take https, or HARMWATCH_ALLOW_CLEARTEXT=yes"

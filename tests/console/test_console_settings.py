"""Where the console may be served: to others only with a sign-in, and in clear only where a person allows it."""

from pathlib import Path

import pytest

from runtime.settings import Settings
from tests.secure.certificates import Authority

OUTSIDE = "192.0.2.7:8600"
PROXY = {
    "console_proxy": "192.0.2.80", "console_proxy_user": "X-Remote-User", "console_proxy_groups": "X-Groups",
    "console_proxy_roles": "desk=officer",
}  # fmt: skip
OIDC = {
    "console_oidc": "https://id.example/realm", "console_oidc_client": "console", "console_oidc_roles": "desk=officer",
    "console_oidc_redirect": "https://desk.example/sign-in/back",
}  # fmt: skip
USERS = {"console_users": "users.json"}
CLEAR: dict[str, object] = {"allow_cleartext": True}


def faults(**given: object) -> list[str]:
    return list(Settings.model_validate(given).console_faults())


@pytest.mark.parametrize("address", ["127.0.0.1:8600", "[::1]:8600", "localhost:8600"])
def test_this_machine_alone_needs_nothing(address: str) -> None:
    assert faults(console=address) == []


@pytest.mark.parametrize("address", [OUTSIDE, "0.0.0.0:8600", "[::]:8600"])
@pytest.mark.parametrize("sign_in", [{}, USERS, PROXY, OIDC], ids=["nobody", "users", "proxy", "oidc"])
@pytest.mark.parametrize("line", ["clear", "allowed", "tls"])
def test_other_machines_need_a_sign_in_and_tls_or_a_persons_word(
    address: str, sign_in: dict[str, object], line: str, tmp_path: Path
) -> None:
    certificate, key = Authority(tmp_path).issue("console")
    lines: dict[str, dict[str, object]] = {
        "clear": {}, "allowed": CLEAR, "tls": {"console_cert": certificate, "console_key": key},
    }  # fmt: skip
    more = lines[line]
    found = faults(console=address, **sign_in, **more)
    assert any("without a sign-in" in each for each in found) == (not sign_in)
    assert any("HARMWATCH_ALLOW_CLEARTEXT=yes" in each for each in found) == (line == "clear")
    assert bool(found) == (not sign_in or line == "clear")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"console": "unix:/run/console"}, "is not HOST:PORT"),
        ({"console": "here"}, "is neither unix:/PATH nor HOST:PORT"),
        ({"console_cert": "nowhere.pem"}, "_CERT and HARMWATCH_CONSOLE_KEY go together"),
        ({"console_hosts": "desk.example, http://desk"}, "'http://desk' is neither HOST nor HOST:PORT"),
        (PROXY | USERS, "two ways to sign in"),
        (PROXY | {"console_proxy": "proxy.example"}, "is no IP address"),
        (PROXY | {"console_proxy_user": ""}, "needs HARMWATCH_CONSOLE_PROXY_USER"),
        (PROXY | {"console_proxy_groups": "X Groups"}, "needs HARMWATCH_CONSOLE_PROXY_GROUPS"),
        (PROXY | {"console_proxy_roles": ""}, "is GROUP=ROLE"),
        (PROXY | {"console_proxy_roles": "desk=chief"}, "roles are viewer, officer, supervisor, auditor"),
        ({"console_proxy_user": "X-Remote-User"}, "need HARMWATCH_CONSOLE_PROXY"),
        (OIDC | USERS, "_OIDC is a way to sign in: leave"),
        (OIDC | PROXY, "_OIDC is a way to sign in: leave"),
        ({"console_oidc_client": "console"}, "need HARMWATCH_CONSOLE_OIDC"),
        (OIDC | {"console_oidc": "http://id.example"}, "is in clear: take https"),
        (OIDC | {"console_oidc": "id.example"}, "is no address of https"),
        (OIDC | {"console_oidc_redirect": "https://desk.example/"}, "_REDIRECT ends with /sign-in/back"),
        (OIDC | {"console_oidc_client": ""}, "needs HARMWATCH_CONSOLE_OIDC_CLIENT"),
        (OIDC | {"console_oidc_roles": "desk=chief"}, "_ROLES is VALUE=ROLE"),
        (OIDC | {"console_oidc_secret": "nowhere"}, "_SECRET: nowhere: No such file"),
        ({"console_audit_user": "harmwatch-audit"}, "_AUDIT_PASSWORD_FILE go together"),
        ({"console_secret": "nowhere"}, "HARMWATCH_CONSOLE_SECRET: nowhere: No such file"),
    ],
)
def test_what_does_not_go_together_is_named(given: dict[str, object], told: str) -> None:
    assert any(told in each for each in faults(**given)), faults(**given)


def test_names_are_taken_as_they_stand_in_the_address_bar() -> None:
    settings = Settings.model_validate({"console_hosts": " Desk.Example:8600,desk.example "})
    assert settings.console_names == ("desk.example:8600", "desk.example")


def test_an_identity_provider_is_a_sign_in_and_its_address_ends_without_a_slash() -> None:
    settings = Settings.model_validate(OIDC | {"console_oidc": "http://localhost:8080/realm/"})
    assert settings.has_sign_in
    assert (settings.oidc_issuer, faults(**OIDC)) == ("http://localhost:8080/realm", [])
    assert settings.oidc_roles == {"desk": "officer"}


@pytest.mark.parametrize(
    ("letters", "mode", "told"),
    [(64, 0o600, ""), (32, 0o400, ""), (31, 0o600, "holds less than 32 letters"), (64, 0o640, "chmod 600")],
)
def test_the_secret_is_long_enough_and_its_owners_alone(letters: int, mode: int, told: str, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("5" * letters + "\n")
    file.chmod(mode)
    found = " ".join(faults(console_secret=file))
    assert bool(found) == bool(told)
    assert told in found
    assert "555" not in found

"""Tokens of an identity provider: whom they name, which hold, and by which keys."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from joserfc.jwk import OctKey, RSAKey
from starlette.types import ASGIApp

from console.fan_out import FanOut
from console.oidc.begun import BegunSignIns
from console.oidc.identity_provider import IdentityProvider
from console.oidc.json_line import JsonLine
from console.oidc.terms import OidcTerms
from models.access.secret_file import SecretFile
from models.errors import NotAllowed
from state.sign_ins import SignIns
from tests.console.oidc.authority import CLIENT, SECRET, IdentityAuthority, a_key
from tests.console.oidc.signing_in import REDIRECT, ROLES, app_of, browser, sign_in

pytestmark = pytest.mark.stack


def another_key(authority: IdentityAuthority) -> None:
    authority.signing = RSAKey.generate_key(2048, {"kid": "first"})


def signed_by_the_clients_secret(authority: IdentityAuthority) -> None:
    authority.signing, authority.algorithm = OctKey.import_key(SECRET), "HS256"


def unsigned(authority: IdentityAuthority) -> None:
    authority.token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbm5hIiwicm9sZXMiOlsiZGVzayJdfQ."


def no_token(authority: IdentityAuthority) -> None:
    authority.token = "none"


def claims(**changes: Any) -> Callable[[IdentityAuthority], None]:
    return lambda authority: authority.claims.update(changes)


@pytest.mark.parametrize(
    ("roles", "role"),
    [
        (["desk"], "officer"), ("desk", "officer"), (["desk", "inspectors"], "supervisor"),
        (["inspectors", "audit"], "auditor"), (["audit", "walls"], "device"), (["Desk"], None), ([], None),
        (None, None), ({"desk": 1}, None), ([["desk"]], None), ("desk,inspectors", None),
    ],
    ids=str,
)  # fmt: skip
def test_the_claim_says_which_role(app: ASGIApp, authority: IdentityAuthority, roles: Any, role: str | None) -> None:
    authority.claims["roles"] = roles
    with browser(app) as client:
        status, page = sign_in(client, authority)
        assert status == (403 if role is None else 200)
        assert ("none of your roles there has one here" in page) == (role is None)
        if role == "device":
            assert client.get("/board").headers["location"] == "/wall"
        elif role is not None:
            assert f"oidc:anna</bdi>, {role}" in client.get("/board").text


def test_claims_lie_where_the_settings_say(
    fan_out: FanOut, kept: SignIns, authority: IdentityAuthority, secret: SecretFile
) -> None:
    app = app_of(
        fan_out, kept, authority.url, secret, roles_claim="realm_access.roles", name_claim="preferred_username"
    )
    authority.claims |= {"roles": None, "realm_access": {"roles": ["inspectors"]}, "preferred_username": "ben"}
    with browser(app) as client:
        assert sign_in(client, authority)[0] == 200
        assert "oidc:ben</bdi>, supervisor" in client.get("/board").text


@pytest.mark.parametrize("name", ["", "an na", "<anna>", "x" * 129, "ann\u00e4", None])
def test_a_name_that_no_record_can_hold_is_nobodys(app: ASGIApp, authority: IdentityAuthority, name: Any) -> None:
    authority.claims["sub"] = name
    with browser(app) as client:
        assert sign_in(client, authority)[0] in {403, 503}
        assert client.get("/board").status_code == 303


@pytest.mark.parametrize("name", [["anna"], True, False, {"anna": 1}])
def test_a_claim_that_is_no_name_is_nobodys(
    fan_out: FanOut, kept: SignIns, authority: IdentityAuthority, secret: SecretFile, name: Any
) -> None:
    authority.claims["preferred_username"] = name
    with browser(app_of(fan_out, kept, authority.url, secret, name_claim="preferred_username")) as client:
        assert sign_in(client, authority)[0] == 403
        assert client.get("/board").status_code == 303


@pytest.mark.parametrize(
    "breaks",
    [
        another_key, signed_by_the_clients_secret, unsigned, no_token,
        claims(iss="https://evil.example"), claims(iss=None), claims(aud="another"), claims(aud=None),
        claims(aud=[CLIENT, "another"]), claims(aud=[CLIENT, "another"], azp="another"), claims(azp="another"),
        claims(nonce="of another sign-in"), claims(nonce=None), claims(exp=1), claims(exp=None),
        claims(iat=None), claims(iat=int(time.time()) + 4_000), claims(nbf=int(time.time()) + 4_000), claims(sub=None),
    ],
)  # fmt: skip
def test_a_token_that_does_not_hold_signs_nobody_in(
    app: ASGIApp, authority: IdentityAuthority, breaks: Callable[[IdentityAuthority], None]
) -> None:
    breaks(authority)
    with browser(app) as client:
        status, page = sign_in(client, authority)
        assert status == 503
        assert "You are not signed in: " in page
        assert "harmwatch" not in client.cookies
        assert client.get("/board").status_code == 303


def test_a_token_for_several_that_names_us_as_its_party_holds(app: ASGIApp, authority: IdentityAuthority) -> None:
    authority.claims |= {"aud": [CLIENT, "another"], "azp": CLIENT}
    with browser(app) as client:
        assert sign_in(client, authority)[0] == 200


def test_a_new_key_is_found_and_made_up_ones_do_not_have_it_asked_each_time(
    app: ASGIApp, authority: IdentityAuthority
) -> None:
    with browser(app) as client:
        for _ in range(3):
            assert sign_in(client, authority)[0] == 200
        assert authority.asked.count("/keys") == 1
        assert authority.asked.count("/.well-known/openid-configuration") == 1
        authority.signing = a_key("made up")
        for _ in range(3):
            assert sign_in(client, authority)[0] == 503
        assert authority.asked.count("/keys") == 1, "the keys were read a moment ago"


def test_a_key_that_is_new_is_found_a_minute_later(authority: IdentityAuthority) -> None:
    terms = OidcTerms(authority.url, CLIENT, REDIRECT, None, "sub", "roles", ROLES)
    now, authority.wants_secret = [0.0], None
    asked = IdentityProvider(terms, JsonLine(None), lambda: now[0])

    def sub() -> str:
        begun = BegunSignIns().begin()
        code = authority.authorize(asked.address(begun)).removeprefix("code=").partition("&")[0]
        return str(asked.claims(code, begun)["sub"])

    assert sub() == "anna"
    authority.signing = a_key("second")
    authority.keys.append(authority.signing)
    with pytest.raises(NotAllowed, match="its token does not hold"):
        sub()
    now[0] = 61.0
    assert sub() == "anna"

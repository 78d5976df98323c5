"""Officers of an identity provider: who gets in, by which token, and how each trick ends."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from joserfc.jwk import OctKey, RSAKey
from starlette.testclient import TestClient
from starlette.types import ASGIApp

from console.app import make_app
from console.fan_out import FanOut
from console.officer import Role
from console.oidc.begun import LASTS_SECONDS, BegunSignIns
from console.oidc.identity_provider import IdentityProvider
from console.oidc.json_line import JsonLine
from console.oidc.provider import OidcProvider
from console.oidc.terms import OidcTerms
from console.pages import Pages
from console.sign_in.sessions import Sessions
from models.access.redis_access import Access
from models.access.secret_file import SecretFile
from models.errors import NotAllowed
from state.sign_ins import SignIns
from tests.console.book import Book
from tests.console.conftest import HOST, OWN
from tests.console.oidc.authority import CLIENT, SECRET, IdentityAuthority, a_key

pytestmark = pytest.mark.stack
ROLES = {"desk": Role.OFFICER, "inspectors": Role.SUPERVISOR, "audit": Role.AUDITOR, "walls": Role.DEVICE}
REDIRECT = f"http://{HOST}/sign-in/back"
CROSS = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}


@pytest.fixture
def authority() -> Iterator[IdentityAuthority]:
    with IdentityAuthority().answering() as authority:
        yield authority


@pytest.fixture
def kept(valkey_url: str) -> Iterator[SignIns]:
    with closing(SignIns(Access(valkey_url), f"{uuid4().hex}-", "v100")) as kept:
        yield kept


@pytest.fixture
def secret(tmp_path: Path) -> SecretFile:
    file = tmp_path / "client-secret"
    file.write_text(SECRET + "\n")
    file.chmod(0o600)
    return SecretFile("HARMWATCH_CONSOLE_OIDC_SECRET", file)


def app_of(fan_out: FanOut, kept: SignIns, issuer: str, secret: SecretFile | None, **changes: str) -> ASGIApp:
    given = {"redirect": REDIRECT, "name_claim": "sub", "roles_claim": "roles"} | changes
    terms = OidcTerms(issuer=issuer, client=CLIENT, secret=secret, roles=ROLES, **given)
    pages = Pages("v100", "v100 2026.1", fan_out, UTC, has_sign_out=True)
    provider = OidcProvider(pages, terms, IdentityProvider(terms, JsonLine(None)), Sessions(kept))
    return make_app(pages, frozenset({HOST}), Book().leases(fan_out), provider)


@pytest.fixture
def app(fan_out: FanOut, kept: SignIns, authority: IdentityAuthority, secret: SecretFile) -> ASGIApp:
    return app_of(fan_out, kept, authority.url, secret)


def browser(app: ASGIApp) -> TestClient:
    return TestClient(app, f"http://{HOST}", follow_redirects=False)


def begin(client: TestClient) -> str:
    answer = client.get("/sign-in/begin")
    assert answer.status_code == 303
    assert "samesite=lax" in answer.headers["set-cookie"].lower()
    return str(answer.headers["location"])


def sign_in(client: TestClient, authority: IdentityAuthority) -> tuple[int, str]:
    answer = client.get(f"/sign-in/back?{authority.authorize(begin(client))}", headers=CROSS)
    return answer.status_code, answer.text


def test_an_officer_signs_in_sees_the_board_and_signs_out(
    app: ASGIApp, authority: IdentityAuthority, kept: SignIns
) -> None:
    with browser(app) as client:
        assert client.get("/board").headers["location"] == "/sign-in"
        assert 'href="/sign-in/begin"' in client.get("/sign-in").text
        status, page = sign_in(client, authority)
        assert status == 200, page
        assert 'http-equiv="refresh" content="0; url=/board"' in page
        board = client.get("/board").text
        assert "suspect-0001" in board
        assert "<bdi>oidc:anna</bdi>, officer" in board
        cookie = client.cookies["harmwatch"]
        assert "nobody keeps this" not in str(kept.all()), "tokens are dropped"
        assert client.post("/sign-out", headers=OWN).headers["location"] == "/sign-in"
        assert client.get("/board", headers={"Cookie": f"harmwatch={cookie}"}).status_code == 303
    assert kept.all() == {}


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


def test_a_way_back_counts_once_for_the_browser_that_began_and_no_other(
    app: ASGIApp, authority: IdentityAuthority
) -> None:
    with browser(app) as client, browser(app) as victim:
        query = authority.authorize(begin(client))
        begin(victim)
        assert victim.get(f"/sign-in/back?{query}", headers=CROSS).status_code == 400
        assert client.head(f"/sign-in/back?{query}").status_code == 400
        assert client.get(f"/sign-in/back?{query}", headers=CROSS).status_code == 200
        assert client.get(f"/sign-in/back?{query}", headers=CROSS).status_code == 400
        for forged in ("", "code=x", "state=x&code=y", f"{query}x"):
            assert client.get(f"/sign-in/back?{forged}", headers=CROSS).status_code == 400


def test_a_sign_in_that_began_too_long_ago_is_over_and_of_too_many_the_oldest_are_forgotten() -> None:
    now = [0.0]
    all_of_them = BegunSignIns(lambda: now[0])
    first, second = all_of_them.begin(), all_of_them.begin()
    now[0] = LASTS_SECONDS
    assert all_of_them.take(first.state, first.browser) is None
    for _ in range(1_000):
        all_of_them.begin()
    assert all_of_them.take(second.state, second.browser) is None
    newest = all_of_them.begin()
    assert all_of_them.take(newest.state, newest.browser) == newest


def test_what_the_provider_refuses_is_said(app: ASGIApp, authority: IdentityAuthority) -> None:
    with browser(app) as client:
        state = authority.authorize(begin(client)).partition("state=")[2]
        answer = client.get(f"/sign-in/back?state={state}&error=access_denied%3Cb%3E")
        assert (answer.status_code, "did not sign you in: access_denied&lt;b&gt;." in answer.text) == (401, True)
        authority.wants_secret = "another"
        status, page = sign_in(client, authority)
        assert (status, "answers 401 (invalid_client)" in page) == (503, True)


def test_its_secret_goes_the_way_that_the_provider_takes_and_a_public_client_has_none(
    fan_out: FanOut, kept: SignIns, authority: IdentityAuthority, app: ASGIApp
) -> None:
    authority.described = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    with browser(app) as client:
        assert sign_in(client, authority)[0] == 200
    authority.wants_secret = None
    with browser(app_of(fan_out, kept, authority.url, None)) as client:
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


@pytest.mark.parametrize(
    ("described", "told"),
    [
        ({"issuer": "https://evil.example"}, "says that it is &#39;https://evil.example&#39;"),
        ({"token_endpoint": "file:///etc/passwd"}, "names no token_endpoint of http"),
        ({"authorization_endpoint": None}, "names no authorization_endpoint"),
    ],
)
def test_a_provider_that_is_another_one_is_not_asked(
    app: ASGIApp, authority: IdentityAuthority, described: dict[str, Any], told: str
) -> None:
    authority.described = described
    with browser(app) as client:
        answer = client.get("/sign-in/begin")
        assert (answer.status_code, told in answer.text) == (503, True)


def test_a_provider_that_is_away_lets_nobody_in_and_puts_nobody_out(
    fan_out: FanOut, kept: SignIns, authority: IdentityAuthority, secret: SecretFile, app: ASGIApp
) -> None:
    with browser(app) as client:
        assert sign_in(client, authority)[0] == 200
        cookie = {"Cookie": f"harmwatch={client.cookies['harmwatch']}"}
    with browser(app_of(fan_out, kept, "http://127.0.0.1:1", secret)) as client:
        answer = client.get("/sign-in/begin")
        assert (answer.status_code, "Nobody can sign in now: the identity provider" in answer.text) == (503, True)
        assert client.get("/board", headers=cookie).status_code == 200


def test_over_tls_its_cookies_are_bound_to_the_host(
    fan_out: FanOut, kept: SignIns, authority: IdentityAuthority, secret: SecretFile
) -> None:
    app = app_of(fan_out, kept, authority.url, secret, redirect=f"https://{HOST}/sign-in/back")
    with TestClient(app, f"https://{HOST}", follow_redirects=False) as client:
        cookie = client.get("/sign-in/begin").headers["set-cookie"]
    assert cookie.startswith("__Host-harmwatch-begun=")
    assert cookie.endswith("; HttpOnly; Max-Age=600; Path=/; SameSite=lax; Secure")


@pytest.mark.parametrize("path", ["/", "/board", "/queue", "/wall", "/about", "/display"])
def test_nobody_gets_a_page_before_they_have_signed_in(app: ASGIApp, path: str) -> None:
    with browser(app) as client:
        assert client.get(path).headers["location"] == "/sign-in"
        assert client.post(path, headers=OWN).status_code == 401

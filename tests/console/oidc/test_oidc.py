"""Officers of an identity provider: who gets in, who comes back, and what is said of a provider that is away."""

import time
from typing import Any

import pytest
from starlette.testclient import TestClient
from starlette.types import ASGIApp

from console.fan_out import FanOut
from console.oidc.begun import LASTS_SECONDS, BegunSignIns
from models.access.secret_file import SecretFile
from state.sign_ins import SignIns
from tests.console.conftest import HOST, OWN
from tests.console.oidc.authority import IdentityAuthority
from tests.console.oidc.signing_in import CROSS, app_of, begin, browser, sign_in

pytestmark = pytest.mark.stack


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


def test_a_sign_in_that_began_too_long_ago_is_over_and_no_flood_of_others_ends_one() -> None:
    now = [1_000_000.0]
    sign_ins = BegunSignIns(clock=lambda: now[0])
    first, second = sign_ins.begin(), sign_ins.begin()
    for _ in range(2_000):
        sign_ins.begin()
    now[0] += LASTS_SECONDS - 1
    assert sign_ins.take(second.state, second.browser) == second
    assert sign_ins.take(second.state, second.browser) is None
    now[0] += 1
    assert sign_ins.take(first.state, first.browser) is None
    later = first.browser.replace("1000000.", "1000500.")
    assert sign_ins.take(first.state, later) is None, "when it began cannot be changed"


def test_a_console_with_the_same_key_ends_what_another_one_began_and_none_with_another_key() -> None:
    begun = BegunSignIns(b"k" * 32).begin()
    assert BegunSignIns().take(begun.state, begun.browser) is None
    assert BegunSignIns(b"k" * 32).take(begun.state, begun.browser) == begun
    assert len({begun.state, begun.nonce, begun.verifier}) == 3


def test_what_the_provider_refuses_is_said(app: ASGIApp, authority: IdentityAuthority) -> None:
    with browser(app) as client:
        state = authority.authorize(begin(client)).partition("state=")[2]
        answer = client.get(f"/sign-in/back?state={state}&error=access_denied%3Cb%3E")
        assert (answer.status_code, "did not sign you in: access_denied&lt;b&gt;." in answer.text) == (401, True)
        authority.wants_secret = "another"
        status, page = sign_in(client, authority)
        assert (status, "answers 401 (invalid_client)" in page) == (503, True)


@pytest.mark.parametrize(("ago", "status"), [(0, 200), (590, 200), (700, 503)])
def test_a_provider_that_did_not_ask_again_who_signs_in_lets_nobody_in(
    app: ASGIApp, authority: IdentityAuthority, ago: int, status: int
) -> None:
    authority.claims = authority.claims | {"auth_time": int(time.time()) - ago}
    with browser(app) as client:
        got, page = sign_in(client, authority)
    assert (got, "has not asked again who signs in" in page) == (status, status == 503)


def test_its_secret_goes_the_way_that_the_provider_takes_and_a_public_client_has_none(
    fan_out: FanOut, kept: SignIns, authority: IdentityAuthority, app: ASGIApp
) -> None:
    authority.described = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    with browser(app) as client:
        assert sign_in(client, authority)[0] == 200
    authority.wants_secret = None
    with browser(app_of(fan_out, kept, authority.url, None)) as client:
        assert sign_in(client, authority)[0] == 200


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

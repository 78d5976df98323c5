"""Local users: who gets in, and how each trick ends; behind a real store."""

from contextlib import closing

import pytest
from starlette.types import ASGIApp

from console.fan_out import FanOut
from console.sign_in.users_file import UsersFile
from models.access.redis_access import Access
from state.sign_ins import SignIns
from tests.console.conftest import OWN
from tests.console.sign_in.local_users import ANNA, app_of, browser, sign_in, status_with

pytestmark = pytest.mark.stack


@pytest.mark.parametrize("path", ["/", "/board", "/display", "/shift", "/nowhere", "/sign-in/"])
def test_nobody_gets_a_page_before_they_have_signed_in(app: ASGIApp, path: str) -> None:
    with browser(app) as client:
        answer = client.get(path)
        assert (answer.status_code, answer.headers["location"], answer.content) == (303, "/sign-in", b"")
        assert client.post(path, headers=OWN).status_code == 401
        assert "suspect-" not in client.get("/sign-in").text
    assert status_with(app, "x" * 43) == 303


def test_a_stream_of_nobody_ends_at_once_and_names_nobody(app: ASGIApp) -> None:
    with browser(app) as client:
        assert client.get("/stream").text == 'event: bye\ndata: {"signedOut":true}\n\n'


def test_who_signs_in_sees_the_board_under_their_name_until_they_sign_out(app: ASGIApp, kept: SignIns) -> None:
    with browser(app) as client:
        assert sign_in(client) == 303
        page = client.get("/board").text
        assert "suspect-0001" in page
        assert "<bdi>local:anna</bdi>, officer" in page
        assert "this machine only" not in page
        secret = client.cookies["harmwatch"]
        assert client.post("/sign-out", headers=OWN).headers["location"] == "/sign-in"
        assert client.get("/board").status_code == 303
    assert status_with(app, secret) == 303
    assert kept.all() == {}


def test_what_lies_in_the_store_signs_nobody_in(app: ASGIApp, kept: SignIns) -> None:
    with browser(app) as client:
        sign_in(client)
        (digest,) = kept.all()
        assert client.cookies["harmwatch"] not in str(kept.all())
    assert status_with(app, digest) == 303


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites_and_bound_to_the_host_over_tls(
    fan_out: FanOut, file: UsersFile, kept: SignIns, app: ASGIApp
) -> None:
    with browser(app) as client:
        cookie = client.post("/sign-in", data=ANNA, headers=OWN).headers["set-cookie"]
        assert cookie.endswith("; HttpOnly; Path=/; SameSite=strict")
    over_tls = app_of(fan_out, file, kept, over_tls=True)
    with browser(over_tls, scheme="https") as client:
        answer = client.post("/sign-in", data=ANNA, headers={"Sec-Fetch-Site": "same-origin"})
        assert answer.headers["set-cookie"].startswith("__Host-harmwatch=")
        assert answer.headers["set-cookie"].endswith("; HttpOnly; Path=/; SameSite=strict; Secure")
        assert client.get("/board").status_code == 200
        secret = client.cookies["__Host-harmwatch"]
    assert status_with(over_tls, secret, "__Host-harmwatch", "https") == 200
    assert status_with(over_tls, secret, "harmwatch", "https") == 303


def test_signing_in_takes_a_page_of_our_own(app: ASGIApp) -> None:
    with browser(app) as client:
        assert client.post("/sign-in", data=ANNA).status_code == 403
        assert client.post("/sign-in", data=ANNA, headers={"Sec-Fetch-Site": "same-site"}).status_code == 403


def test_a_secret_from_before_the_sign_in_is_worth_nothing(app: ASGIApp) -> None:
    headers = OWN | {"Cookie": "harmwatch=chosen-by-somebody-else"}
    with browser(app) as client:
        first = client.post("/sign-in", data=ANNA, headers=headers).headers["set-cookie"]
        second = client.post("/sign-in", data=ANNA, headers=OWN).headers["set-cookie"]
    assert len({first, second}) == 2
    assert "chosen-by-somebody-else" not in first
    assert status_with(app, "chosen-by-somebody-else") == 303
    assert status_with(app, first.partition("=")[2].partition(";")[0]) == 303, "a second sign-in ends the first"


def test_a_wrong_name_is_answered_as_a_wrong_password_is(app: ASGIApp) -> None:
    with browser(app) as client:
        wrong = [
            client.post("/sign-in", data=ANNA | told, headers=OWN) for told in ({"name": "nobody"}, {"password": "x"})
        ]
    assert {answer.status_code for answer in wrong} == {401}
    assert wrong[0].text == wrong[1].text
    assert wrong[0].headers.keys() == wrong[1].headers.keys()


@pytest.mark.parametrize("name", ["anna", "nobody"])
def test_who_goes_on_guessing_waits_longer_and_longer(app: ASGIApp, name: str) -> None:
    with browser(app, address="192.0.2.9") as client:
        assert [sign_in(client, name=name, password="x") for _ in range(4)] == [401, 401, 401, 429]
        answer = client.post("/sign-in", data=ANNA | {"name": name}, headers=OWN)
        assert answer.status_code == 429, "the right one is not looked at either"
        assert int(answer.headers["retry-after"]) >= 1
    with browser(app, address="192.0.2.10") as elsewhere:
        assert sign_in(elsewhere) == 303, "others are not held up"


def test_one_address_does_not_try_many_names(app: ASGIApp) -> None:
    with browser(app, address="192.0.2.11") as client:
        codes = [sign_in(client, name=f"n{number}", password="x") for number in range(13)]
    assert codes == [401] * 12 + [429]


def test_with_the_store_away_nobody_signs_in_and_the_page_says_why(fan_out: FanOut, file: UsersFile) -> None:
    with closing(SignIns(Access("redis://127.0.0.1:1/0"), "", "v100")) as nowhere:
        app = app_of(fan_out, file, nowhere)
        with browser(app) as client:
            answer = client.post("/sign-in", data=ANNA, headers=OWN)
        assert answer.status_code == 503
        assert "Nobody can sign in now: Redis at redis://127.0.0.1:1/0 does not answer" in answer.text
        assert status_with(app, "x" * 43) == 503

"""Local users: who gets in, how long, and how an operator gets them out; behind a real store."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC
from pathlib import Path
from secrets import token_urlsafe
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient
from starlette.types import ASGIApp

from console import stream
from console.app import make_app
from console.fan_out import FanOut
from console.officer import Role
from console.pages import Pages
from console.sign_in.local import LocalProvider
from console.sign_in.sessions import HONOURED_SECONDS, LASTS_SECONDS, Sessions
from console.sign_in.users_file import Passwords, User, UsersFile
from models.access.redis_access import Access
from models.errors import NotAllowed, Unavailable, WrongUse
from models.instants import SECOND
from state.sign_ins import SignIns
from tests.console.book import Book
from tests.console.conftest import HOST, OWN
from tests.console.line import Line
from tests.console.test_stream import Page, boards

pytestmark = pytest.mark.stack
PASSWORD = "a-long-enough-one"
CHEAP = Passwords(PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
ANNA = {"name": "anna", "password": PASSWORD}


class Clock:
    """Both clocks of a process."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def steady(self) -> float:
        return self.seconds

    def wall(self) -> int:
        return round((time.time() + self.seconds) * SECOND)


@pytest.fixture(scope="module")
def digest() -> str:
    return CHEAP.digest(PASSWORD)


@pytest.fixture
def file(tmp_path: Path, digest: str) -> UsersFile:
    file = UsersFile(tmp_path / "users.json")
    with file.changing() as users:
        users |= {"anna": User(Role.OFFICER, digest), "boss": User(Role.SUPERVISOR, digest)}
    return file


@pytest.fixture
def kept(valkey_url: str) -> Iterator[SignIns]:
    with closing(SignIns(Access(valkey_url), f"{uuid4().hex}-", "v100")) as kept:
        yield kept


def app_of(fan_out: FanOut, file: UsersFile, kept: SignIns, *, over_tls: bool = False) -> ASGIApp:
    pages = Pages("v100", "v100 2026.1", fan_out, UTC, has_sign_out=True)
    provider = LocalProvider(pages, file, Sessions(kept), CHEAP, over_tls=over_tls)
    return make_app(pages, frozenset({HOST}), Book().leases(fan_out), provider)


@pytest.fixture
def app(fan_out: FanOut, file: UsersFile, kept: SignIns) -> ASGIApp:
    return app_of(fan_out, file, kept)


def browser(app: ASGIApp, *, scheme: str = "http", address: str = "192.0.2.1") -> TestClient:
    return TestClient(app, f"{scheme}://{HOST}", follow_redirects=False, client=(address, 50_000))


def status_with(app: ASGIApp, secret: str, cookie: str = "harmwatch", scheme: str = "http") -> int:
    """What a browser gets that sends this cookie."""
    with browser(app, scheme=scheme) as client:
        return client.get("/board", headers={"Cookie": f"{cookie}={secret}"}).status_code


def sign_in(client: TestClient, **told: str) -> int:
    return client.post("/sign-in", data=ANNA | told, headers=OWN).status_code


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


def test_whoever_signs_in_sees_the_board_under_their_name_until_they_sign_out(app: ASGIApp, kept: SignIns) -> None:
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


def test_a_wrong_name_takes_as_long_as_a_wrong_password() -> None:
    passwords = Passwords()

    def seconds(user: User | None) -> float:
        began_at = time.process_time()
        assert not passwords.fits("something else", user)
        return time.process_time() - began_at

    anna = User(Role.OFFICER, passwords.digest(PASSWORD))
    assert min(seconds(None) for _ in range(3)) > 0.5 * min(seconds(anna) for _ in range(3))


@pytest.mark.parametrize("name", ["anna", "nobody"])
def test_whoever_goes_on_guessing_waits_longer_and_longer(app: ASGIApp, name: str) -> None:
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


@pytest.mark.parametrize("change", ["removed", "password", "role"])
def test_a_change_of_the_file_counts_at_once(app: ASGIApp, file: UsersFile, change: str) -> None:
    with browser(app) as client:
        sign_in(client)
        with file.changing() as users:
            anna = users.pop("anna")
            if change == "password":
                users["anna"] = User(anna.role, CHEAP.digest("another-long-one"))
            elif change == "role":
                users["anna"] = User(Role.AUDITOR, anna.password)
        answer = client.get("/board")
        assert answer.status_code == (200 if change == "role" else 303)
        assert ("local:anna</bdi>, auditor" in answer.text) == (change == "role")


def test_a_revoked_session_is_over_at_the_next_request(app: ASGIApp, kept: SignIns) -> None:
    with browser(app) as client:
        sign_in(client)
        assert client.get("/board").status_code == 200
        assert kept.remove(*kept.all()) == 1
        assert client.get("/board").status_code == 303


def test_an_open_stream_ends_with_the_session_that_is_revoked(
    app: ASGIApp, kept: SignIns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "ASKED_SECONDS", 0.05)
    monkeypatch.setattr(stream, "FRESH_SECONDS", 0.05)

    async def story(cookie: str) -> None:
        page = Page(app, cookie)
        await page.until(lambda events: bool(boards(events)))
        known = len(page.events)
        await page.until(lambda events: len(events) > known + 3)
        kept.remove(*kept.all())
        await asyncio.wait_for(page.ended.wait(), 10)
        assert page.events[-1] == ("bye", {"signedOut": True})

    with browser(app) as client:
        sign_in(client)
        secret = client.cookies["harmwatch"]
    asyncio.run(story(f"harmwatch={secret}"))


def test_a_session_ends_after_a_shift(kept: SignIns) -> None:
    clock = Clock()
    sessions = Sessions(kept, clock.wall, clock.steady)
    secret = sessions.begin("local:anna", "mark")
    clock.seconds += LASTS_SECONDS - 5
    assert sessions.find(secret) is not None
    clock.seconds += 10
    assert sessions.find(secret) is None
    sessions.begin("local:boss", "mark")
    assert len(kept.all()) == 1, "what is over is cleared away"


def test_while_the_store_is_away_a_process_honours_what_it_has_checked_for_ten_minutes(valkey_url: str) -> None:
    line, clock = Line(urlsplit(valkey_url).port or 0), Clock()
    own = f"redis://127.0.0.1:{line.port}/0"
    with closing(line), closing(SignIns(Access(own), f"{uuid4().hex}-", "v100")) as kept:
        sessions, other = Sessions(kept, clock.wall, clock.steady), Sessions(kept, clock.wall, clock.steady)
        secret, gone = sessions.begin("local:anna", "mark"), sessions.begin("local:boss", "mark")
        line.cut()
        assert sessions.find(secret) is not None
        with pytest.raises(Unavailable):
            other.find(secret)
        sessions.end(gone)
        assert sessions.find(gone) is None, "signing out needs no store"
        clock.seconds += HONOURED_SECONDS - 1
        assert sessions.find(secret) is not None
        clock.seconds += 2
        with pytest.raises(Unavailable):
            sessions.find(secret)
        line.mend()
        clock.seconds += 5
        assert sessions.find(secret) is not None
        assert other.find(gone) is None, "and is made up for once it is back"


def test_signing_out_says_so_where_it_cannot_be_done(fan_out: FanOut, file: UsersFile) -> None:
    cookie = {"Cookie": f"harmwatch={token_urlsafe(32)}"}
    with (
        closing(SignIns(Access("redis://127.0.0.1:1/0"), "", "v100")) as nowhere,
        browser(app_of(fan_out, file, nowhere)) as client,
    ):
        answer = client.post("/sign-out", headers=OWN | cookie)
    assert answer.status_code == 503
    assert "You are not signed out: Redis" in answer.text
    assert "set-cookie" not in answer.headers, "they can try again"


def test_with_the_store_away_nobody_signs_in_and_the_page_says_why(fan_out: FanOut, file: UsersFile) -> None:
    with closing(SignIns(Access("redis://127.0.0.1:1/0"), "", "v100")) as nowhere:
        app = app_of(fan_out, file, nowhere)
        with browser(app) as client:
            answer = client.post("/sign-in", data=ANNA, headers=OWN)
        assert answer.status_code == 503
        assert "Nobody can sign in now: Redis at redis://127.0.0.1:1/0 does not answer" in answer.text
        assert status_with(app, "x" * 43) == 503


def test_a_file_of_users_that_others_can_read_lets_nobody_in(app: ASGIApp, file: UsersFile) -> None:
    with browser(app) as client:
        sign_in(client)
        file.path.chmod(0o640)
        answer = client.get("/board")
        assert answer.status_code == 503
        assert "others than its owner can read" in answer.text
        assert sign_in(client) == 503
    with pytest.raises(NotAllowed, match="chmod 600"):
        file.users()


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"users": []}', '{"users": {"a": {}}}', '{"users": {"a": {"role": "x"}}}']
)
def test_a_file_that_is_none_of_users_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "users.json"
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(NotAllowed, match="is no file of users"):
        UsersFile(path).users()


def test_the_file_is_written_whole_for_its_owner_alone_or_not_at_all(file: UsersFile, digest: str) -> None:
    before = file.path.read_bytes()

    def fail() -> None:
        with file.changing() as users:
            users.clear()
            raise WrongUse("changed my mind")

    with pytest.raises(WrongUse):
        fail()
    assert file.path.read_bytes() == before
    assert file.path.stat().st_mode & 0o777 == 0o600
    assert digest.startswith("$argon2id$")
    assert digest in before.decode()
    assert PASSWORD not in before.decode()


@pytest.mark.parametrize("password", ["", "short", "x" * 257])
def test_a_password_is_neither_short_nor_endless(password: str) -> None:
    with pytest.raises(WrongUse, match="12 to 256"):
        CHEAP.digest(password)


def test_an_accent_counts_the_same_however_a_keyboard_writes_it() -> None:
    assert CHEAP.fits("re\u0301sume\u0301-of-anna", User(Role.OFFICER, CHEAP.digest("r\u00e9sum\u00e9-of-anna")))

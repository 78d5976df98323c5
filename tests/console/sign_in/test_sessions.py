"""How long a session lasts, how it is ended, and that it stays over; what anybody may send is not kept."""

import asyncio
import tracemalloc
from collections.abc import Callable
from contextlib import closing, suppress
from secrets import token_urlsafe
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from starlette.types import ASGIApp

from console import stream
from console.fan_out import FanOut
from console.officer import Role
from console.sign_in.sessions import HONOURED_SECONDS, LASTS_SECONDS, MOST_OF_ONE, Sessions
from console.sign_in.users_file import User, UsersFile
from models.access.redis_access import Access
from models.errors import Unavailable
from state.sign_ins import SignIns
from tests.console.conftest import OWN
from tests.console.line import Line
from tests.console.sign_in.local_users import CHEAP, Clock, app_of, browser, sign_in
from tests.console.test_stream import Page, boards

pytestmark = pytest.mark.stack


class SlowSignIns(SignIns):
    """Something comes in between what it reads and what is made of it."""

    def __init__(self, access: Access) -> None:
        super().__init__(access, f"{uuid4().hex}-", "v100")
        self.meanwhile: Callable[[], None] = lambda: None

    def find(self, digest: str) -> bytes | None:
        found = super().find(digest)
        self.meanwhile()
        return found


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
        await asyncio.wait_for(page.ended.wait(), 60)
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


def test_an_officer_has_twenty_sessions_and_another_one_ends_the_oldest(kept: SignIns) -> None:
    clock = Clock()
    sessions = Sessions(kept, clock.wall, clock.steady)
    berts, annas = sessions.begin("local:bert", "m"), []
    for _ in range(MOST_OF_ONE + 2):
        clock.seconds += 1
        annas.append(sessions.begin("local:anna", "m"))
    assert [sessions.find(secret) is not None for secret in annas] == [False] * 2 + [True] * MOST_OF_ONE
    assert sessions.find(berts) is not None


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


@pytest.mark.parametrize("is_known", [True, False], ids=["checked here", "of another process"])
def test_who_signs_out_while_a_page_asks_is_not_honoured_again_once_the_store_is_away(
    valkey_url: str, is_known: bool
) -> None:
    line, clock = Line(urlsplit(valkey_url).port or 0), Clock()
    with closing(line), closing(SlowSignIns(Access(f"redis://127.0.0.1:{line.port}/0"))) as kept:
        sessions, other = Sessions(kept, clock.wall, clock.steady), Sessions(kept, clock.wall, clock.steady)
        secret = (sessions if is_known else other).begin("local:anna", "mark")
        kept.meanwhile = lambda: sessions.end(secret)
        assert sessions.find(secret) is None
        kept.meanwhile = lambda: None
        assert kept.all() == {}
        line.cut()
        assert sessions.find(secret) is None


def test_cookies_that_were_never_given_out_leave_nothing_behind_while_the_store_is_away() -> None:
    with closing(SignIns(Access("redis://127.0.0.1:1/0"), "", "v100")) as nowhere:
        sessions = Sessions(nowhere)
        sessions.end("no secret of ours")
        assert sessions.find("no secret of ours") is None, "what is none of ours needs no store"
        made_up = [token_urlsafe(32) for _ in range(500)]
        with pytest.raises(Unavailable):
            sessions.end(made_up[0])
        tracemalloc.start()
        for secret in made_up:
            with suppress(Unavailable):
                sessions.end(secret)
        kept, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert kept < 20_000

"""A screen that nobody sits at: after half an hour the lists stay, and whoever wants more signs in again."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC

import pytest
from starlette.testclient import TestClient
from starlette.types import ASGIApp

from console.app import make_app
from console.fan_out import FanOut
from console.officer import HERE
from console.pages import Pages
from console.sign_in.idle_sessions import IDLE_SECONDS, IdleSessions
from console.sign_in.local import LocalProvider
from console.sign_in.sessions import Sessions, digest_of
from console.sign_in.users_file import UsersFile
from models.access.redis_access import Access
from state.sign_ins import SignIns
from tests.console.book import Book
from tests.console.conftest import HOST, OWN
from tests.console.sign_in.local_users import CHEAP, Clock, browser, sign_in

BY_HAND = {"Sec-Fetch-User": "?1"}
NEARLY = IDLE_SECONDS - 60


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def console(fan_out: FanOut, file: UsersFile, kept: SignIns, clock: Clock) -> Callable[[], ASGIApp]:
    """Another one of the same board each time."""

    def begun() -> ASGIApp:
        pages = Pages("v100", "v100 2026.1", fan_out, UTC, has_sign_out=True)
        sessions = Sessions(kept, clock.wall, clock.steady)
        provider = LocalProvider(pages, file, sessions, CHEAP, over_tls=False)
        return make_app(pages, frozenset({HOST}), Book().leases(fan_out), provider)

    return begun


@pytest.fixture
def anna(console: Callable[[], ASGIApp]) -> Iterator[TestClient]:
    with browser(console()) as client:
        assert sign_in(client) == 303
        yield client


def is_asked(client: TestClient) -> bool:
    """Whether a page beside the lists leads to the sign-in."""
    answer = client.get("/shift")
    assert (answer.status_code, answer.headers.get("location")) in {(200, None), (303, "/sign-in?away")}
    return answer.status_code == 303


@pytest.mark.stack
def test_after_half_an_hour_the_lists_stay_and_the_rest_asks_who_sits_there(anna: TestClient, clock: Clock) -> None:
    clock.seconds += IDLE_SECONDS
    assert [anna.get(path).status_code for path in ("/board", "/display", "/wall")] == [200, 200, 200]
    assert is_asked(anna)
    assert "Nobody has used this screen for 30 minutes" in anna.get("/sign-in?away").text
    posted = anna.post("/shift", headers=OWN)
    program = anna.get("/shift", headers={"Accept": "application/json"})
    assert (posted.status_code, program.status_code) == (401, 401)
    assert "Sign in again, so that it is you" in posted.text
    assert "Sign in again, so that it is you" in program.json()["words"]
    assert anna.post(HERE, headers=OWN).status_code == 401, "a key of somebody else renews nothing"
    assert is_asked(anna)
    assert sign_in(anna) == 303
    assert not is_asked(anna)


@pytest.mark.stack
@pytest.mark.parametrize("path", ["/board", "/wall"])
def test_a_page_that_loads_itself_again_is_nobody(anna: TestClient, clock: Clock, path: str) -> None:
    clock.seconds += NEARLY
    assert anna.get(path).status_code == 200
    clock.seconds += 60
    assert is_asked(anna)


@pytest.mark.stack
def test_a_key_a_page_and_a_list_that_is_asked_for_are_somebody(anna: TestClient, clock: Clock) -> None:
    for _ in range(2):
        clock.seconds += NEARLY
        assert anna.post(HERE, headers=OWN).status_code == 204
        clock.seconds += NEARLY
        assert anna.get("/board", headers=BY_HAND).status_code == 200
        clock.seconds += NEARLY
        assert not is_asked(anna)
    clock.seconds += IDLE_SECONDS
    assert is_asked(anna)


@pytest.mark.stack
def test_every_console_of_the_board_knows_it(anna: TestClient, console: Callable[[], ASGIApp], clock: Clock) -> None:
    with browser(console()) as other:
        other.cookies.update(anna.cookies)
        for client in (anna, other, anna):
            clock.seconds += NEARLY
            assert not is_asked(client)
        clock.seconds += IDLE_SECONDS
        assert is_asked(other)
        assert is_asked(anna)


@pytest.mark.stack
def test_what_is_noted_revives_no_session_and_goes_with_it(anna: TestClient, kept: SignIns, clock: Clock) -> None:
    clock.seconds += NEARLY
    assert not is_asked(anna)
    digest = digest_of(anna.cookies["harmwatch"])
    assert set(kept.all()) == {digest, f"seen:{digest}"}
    kept.remove(digest)
    assert anna.post(HERE, headers=OWN).status_code == 401
    assert digest not in kept.all()
    assert sign_in(anna) == 303
    assert set(kept.all()) == {digest_of(anna.cookies["harmwatch"])}


def test_while_the_store_is_away_what_this_console_has_seen_counts() -> None:
    clock = Clock()
    with closing(SignIns(Access("redis://127.0.0.1:1"), "", "v100")) as away:
        idle, began_at = IdleSessions(away, clock.wall), clock.wall()
        for _ in range(3):
            clock.seconds += NEARLY
            assert not idle.is_idle("a", began_at, by_hand=True)
        clock.seconds += IDLE_SECONDS
        assert idle.is_idle("a", began_at, by_hand=True)

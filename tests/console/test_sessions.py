"""Sessions that are over stay over, and what anybody may send is not kept."""

import tracemalloc
from collections.abc import Callable
from contextlib import closing, suppress
from secrets import token_urlsafe
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from console.sign_in.sessions import Sessions
from models.access.redis_access import Access
from models.errors import Unavailable
from state.sign_ins import SignIns
from tests.console.line import Line
from tests.console.test_sign_in import Clock

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

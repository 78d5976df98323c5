"""What the desk asks of a store, the rights of the console in deploy/redis allow, and nothing that changes a board."""

from urllib.parse import urlsplit

import pytest

from models.access.redis_access import Access
from models.errors import Unavailable
from state.board_settings import BoardSettings
from state.store import Store
from tests.secure.roles import redis_users
from tests.state.boards import GENERATION, Board, a_report


def test_a_console_may_read_all_that_it_shows_and_change_nothing(board: Board) -> None:
    board.take(a_report("a", 30), a_report("b", 20))
    name = f"console-of-{board.keys.board}"
    words = [word for word in redis_users("")["harmwatch-console"] if not word.startswith(("#", ">"))]
    board.client.execute_command("ACL", "SETUSER", name, "reset", *words, ">secret")
    try:
        host = urlsplit(board.url).netloc
        store = Store(Access(f"redis://{name}:secret@{host}/0"), board.keys, BoardSettings("digest", "event", None))
        assert store.sighting(10) == board.store.sighting(10)
        assert store.person("a")[1] == board.store.offender("a")
        assert store.offenders(["a", "b"]) == board.store.offenders(["a", "b"])
        assert store.silences(1).partitions
        with pytest.raises(Unavailable):
            store.claim(GENERATION)
        store.close()
    finally:
        board.client.execute_command("ACL", "DELUSER", name)

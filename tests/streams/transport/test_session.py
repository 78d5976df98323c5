"""A worker's standing: a rewind closes the generation that was asked, and no other."""

import asyncio
from contextlib import closing

import pytest

from models.answers import Rewind
from state.store import Answer, Store
from streams.session import Session
from streams.waits import Waits
from tests.state.boards import GENERATION, Board

pytestmark = pytest.mark.stack
LATER = "two"


def reopen(board: Board) -> None:
    """A recovery: the same board under another generation."""
    with closing(board.other()) as store:
        store.claim(LATER)
        store.renew(LATER, "{}")


def test_a_rewind_that_comes_late_leaves_the_generation_that_was_joined_meanwhile(valkey_url: str) -> None:
    board = Board(valkey_url)

    async def join_while_a_change_is_under_way() -> None:
        session, loop = Session(board.other, Waits()), asyncio.get_running_loop()
        await session.join()
        reopen(board)

        def change_late(store: Store, generation: str) -> Answer:
            assert generation == GENERATION
            asyncio.run_coroutine_threadsafe(session.join(), loop).result(10)
            return store.tick(generation, 0)

        assert isinstance(await session._change(change_late), Rewind)

    asyncio.run(join_while_a_change_is_under_way())
    assert board.store.generation() == LATER

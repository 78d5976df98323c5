"""Beside the relay every worker lets time pass, where nobody else does; and a person's word lets it leap, once."""

import asyncio
from collections.abc import Iterator

import pytest

from models.answers import Leap
from models.instants import DAY, SECOND
from models.journal.transition import EntryKind
from state.clocks import CallerClock, wall_clock
from state.store import Store
from streams.clocks import Ticker
from tests.state.boards import GENERATION, Board


@pytest.fixture
def board(valkey_url: str) -> Iterator[Board]:
    """A board that goes by the wall."""
    made = Board(valkey_url, clock="wall")
    yield made
    made.store.close()


def a_hand(board: Board, *, word: bool = False) -> Ticker:
    """That of a worker whose clock is right."""
    return Ticker(lambda: board.called_by(CallerClock()), word=word)


@pytest.mark.parametrize(("late_us", "moves"), [(10 * SECOND, True), (2 * SECOND, False), (-10 * SECOND, False)])
def test_who_sees_the_board_late_lets_time_pass(board: Board, late_us: int, moves: bool) -> None:
    stood_at = wall_clock() - late_us
    board.store.tick(GENERATION, 0, stood_at)
    a_hand(board)._look()
    assert (board.store.position().as_of > stood_at) == moves


def test_without_a_word_time_does_not_leap_and_with_one_it_does(board: Board) -> None:
    newest = wall_clock() - 8 * DAY
    board.store.tick(GENERATION, 0, newest, heartbeat_us=0)
    assert isinstance(board.store.tick(GENERATION, 0), Leap)
    for _ in range(2):
        a_hand(board)._look()
    assert board.store.position().as_of == newest
    hand = a_hand(board, word=True)
    for _ in range(2):
        hand._look()
    assert [entry.kind for entry in board.store.outbox(9)].count(EntryKind.ACCEPTANCE) == 1
    assert board.store.position().as_of > newest + 8 * DAY


def test_a_word_holds_for_one_leap(board: Board) -> None:
    days = [30]

    def behind() -> Store:
        """Of a worker whose clock is behind the store's, so that its own counts."""
        return board.called_by(CallerClock(read=lambda: wall_clock() - days[0] * DAY))

    board.store.tick(GENERATION, 0, wall_clock() - 60 * DAY, heartbeat_us=0)
    hand = Ticker(behind, word=True)
    for days[0] in (30, 30, 10, 10, 10):
        behind().tick(GENERATION, 0, heartbeat_us=0)
        hand._look()
    assert board.store.position().leap is not None
    assert abs(wall_clock() - board.store.position().as_of - 30 * DAY) < 10 * SECOND


def test_a_board_that_nobody_has_opened_is_left_alone(board: Board) -> None:
    board.store.revoke(GENERATION)
    before = board.dump()
    a_hand(board, word=True)._look()
    assert board.dump() == before


def test_who_ends_leaves_no_connection_behind(board: Board) -> None:
    opened = list[Store]()

    def open_store() -> Store:
        opened.append(board.called_by(CallerClock()))
        return opened[-1]

    async def look_and_end() -> int:
        hand = Ticker(open_store, word=False)
        running = asyncio.ensure_future(hand.run())
        await asyncio.sleep(0)
        hand._look()
        connection = int(opened[0].client.client_id())
        running.cancel()
        await asyncio.wait([running])
        return connection

    assert str(asyncio.run(look_and_end())) not in {client["id"] for client in board.client.client_list()}

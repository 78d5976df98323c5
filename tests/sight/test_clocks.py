"""What status says of the clocks: whose is ahead, by how much, and what to do."""

import re
from collections.abc import Iterator

import pytest

from models.instants import DAY, HOUR
from sight.clocks import clock_document
from state.clocks import CallerClock, wall_clock
from tests.state.boards import GENERATION, Board


@pytest.fixture
def board(valkey_url: str) -> Iterator[Board]:
    """A board that goes by the wall."""
    made = Board(valkey_url, clock="wall")
    yield made
    made.store.close()


def test_clocks_that_agree_are_nothing_to_speak_of(board: Board) -> None:
    for _ in range(2):
        board.called_by(CallerClock()).tick(GENERATION, 0)
    assert clock_document(board.store.position()) is None


@pytest.mark.parametrize(
    ("ahead_us", "ahead", "said"),
    [
        (
            HOUR,
            "worker",
            r"the clock of worker \S+ is 3600 s ahead of the store's clock, since \S+: the earlier one counts",
        ),
        (
            -3 * HOUR,
            "store",
            r"the store's clock is 3\.0 hours ahead of the clock of worker \S+, since \S+: the earlier",
        ),
        (
            -365 * DAY,
            "store",
            r"the store's clock is 365\.0 days ahead of the clock of worker \S+, since \S+: the earlier",
        ),
    ],
)
def test_it_says_whose_clock_is_ahead_and_by_how_much(board: Board, ahead_us: int, ahead: str, said: str) -> None:
    for _ in range(2):
        board.called_by(CallerClock(read=lambda: wall_clock() + ahead_us)).tick(GENERATION, 0)
    document = clock_document(board.store.position())
    assert document is not None
    assert (document.ahead, round(document.seconds)) == (ahead, abs(ahead_us) // 1_000_000)
    assert re.match(said, document.why), document.why


def test_a_leap_is_reported_before_all_else(board: Board) -> None:
    board.store.tick(GENERATION, 0, wall_clock() - 9 * DAY, heartbeat_us=0)
    board.store.tick(GENERATION, 0)
    document = clock_document(board.store.position())
    assert document is not None
    assert (document.ahead, document.seconds >= 9 * 86_400) == ("both", True)
    assert "9 days after the newest entry" in document.why
    assert "`harmwatch worker --accept-clock`" in document.why

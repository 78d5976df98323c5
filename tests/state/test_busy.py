"""No call keeps the store from everybody else: after five seconds in one it would answer them that it is busy."""

from collections.abc import Iterator

import pytest

from models.answers import DrainFirst
from models.contribution import Run
from models.instants import DAY, SECOND
from state.limits import SHIPPED
from state.store import Applied
from tests.state.boards import GENERATION, START, Board, a_report, a_run

ROWS = 100
MOST = SHIPPED.run_drain // (1 + SHIPPED.spill_bytes // SHIPPED.work_bytes)
"""Ends that a run may work off, of somebody with so many rows that they are spilled, or nearly so."""

LATER = START + 100 * DAY
BUSY_SECONDS = 5.0


@pytest.fixture
def board(valkey_url: str) -> Board:
    return Board(valkey_url)


spilled_or_nearly = pytest.mark.parametrize("offence", ["o", "offence-"])
"""How the ids of the offences begin: a hundred rows with short ones are kept in one value."""


def fill(board: Board, persons: int, offence: str) -> None:
    """Everybody has as much as the others, and one step after the other ends: each moves two people over the cut."""
    for person in range(persons):
        items = [
            a_report(f"p{person}", 1_000, f"{offence}{row}", lasts=10 * DAY + (row * persons + person) * SECOND)
            for row in range(ROWS)
        ]
        board.take(*items)
    board.store.trim(GENERATION, board.store.position().entry or 0, "hash")


def processor_seconds(board: Board) -> float:
    used = board.client.info("cpu")
    return float(used["used_cpu_user"]) + float(used["used_cpu_sys"])


def ticks(board: Board) -> Iterator[float]:
    """The processor seconds of one tick after the other, until nothing is due any more."""
    while True:
        before = processor_seconds(board)
        answer = board.store.tick(GENERATION, 0, LATER)
        yield processor_seconds(board) - before
        assert isinstance(answer, Applied)
        if answer.all_ended:
            return


@spilled_or_nearly
def test_a_tick_stops_after_so_much_work_and_is_repeated_by_what_it_ended(
    board: Board, valkey_url: str, offence: str
) -> None:
    board.limit(tick_work=20)
    again = Board(valkey_url)
    for one in (board, again):
        fill(one, 3, offence)
    list(ticks(board))
    entries = board.store.outbox(999)
    assert len(entries) > 3
    assert sum(entry.drained for entry in entries) == 3 * ROWS
    for entry in entries:
        again.store.tick(GENERATION, 0, entry.as_of, entry.drained)
    assert again.store.outbox(999) == entries
    assert again.store.board(9) == board.store.board(9) == []


def late_run(board: Board) -> Run:
    """Before it everything ends."""
    return a_run([a_report("late", at=LATER)], board.store.position().ledger[0])


@spilled_or_nearly
def test_a_run_ends_no_more_than_takes_it_near_the_threshold(board: Board, offence: str) -> None:
    fill(board, MOST // ROWS, offence)
    before = processor_seconds(board)
    assert isinstance(board.apply(late_run(board)), Applied)
    assert processor_seconds(board) - before < BUSY_SECONDS / 2
    assert board.store.outbox(9)[-1].drained == MOST // ROWS * ROWS


@spilled_or_nearly
def test_a_run_before_which_more_would_end_is_answered_drain_first(board: Board, offence: str) -> None:
    fill(board, MOST // ROWS + 2, offence)
    assert isinstance(board.apply(late_run(board)), DrainFirst)
    board.store.tick(GENERATION, 0, LATER, limit=2 * ROWS + 99)
    assert isinstance(board.apply(late_run(board)), Applied)


@pytest.mark.thorough
@spilled_or_nearly
def test_four_thousand_such_ends_take_no_call_near_the_threshold(board: Board, offence: str) -> None:
    fill(board, SHIPPED.run_drain // ROWS, offence)
    assert isinstance(board.apply(late_run(board)), DrainFirst)
    assert max(ticks(board)) < BUSY_SECONDS / 2

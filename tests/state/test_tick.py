"""TICK: time passes without a record."""

import pytest

from models.answers import Full, Rewind
from models.clock import ClockMode
from models.instants import DAY, EARLIEST
from models.journal.transition import EntryKind
from state.store import Applied
from tests.state.boards import GENERATION, START, Board, a_report

MINUTE = 60_000_000


@pytest.fixture
def filled(board: Board) -> Board:
    """Five people, each with a step that ends on a day of its own."""
    board.take(*(a_report(name, 10, lasts=(day + 1) * DAY) for day, name in enumerate("abcde")))
    return board


def test_steps_end_in_order_each_stamped_with_its_own_instant(filled: Board) -> None:
    answer = filled.store.tick(GENERATION, 3, START + 10 * DAY)
    assert isinstance(answer, Applied)
    assert answer.as_of == START + 10 * DAY
    entry = filled.store.outbox(10)[-1]
    assert (entry.kind, entry.drained) == (EntryKind.TICK, 5)
    left = [(change.offender_id, change.as_of) for change in entry.transitions if change.score == 0]
    assert left == [(name, START + (day + 1) * DAY) for day, name in enumerate("abcde")]


def test_steps_that_end_at_one_instant_end_in_the_order_of_their_persons_also_where_one_is_due_again(
    board: Board,
) -> None:
    """Who has just ended a step, and has another that ends with those of others, takes their place among them."""
    board.take(
        a_report("c", 10, lasts=2 * DAY),
        a_report("b", 10, lasts=DAY),
        a_report("b", 10, "second", lasts=2 * DAY),
        a_report("a", 10, lasts=2 * DAY),
    )
    board.store.tick(GENERATION, 3, START + 2 * DAY)
    left = [change.offender_id for change in board.store.outbox(10)[-1].transitions if change.score == 0]
    assert left == ["a", "b", "c"]


def test_a_tick_ends_no_more_steps_than_its_limit_and_says_how_far_it_came(filled: Board) -> None:
    answer = filled.store.tick(GENERATION, 3, START + 10 * DAY, limit=2)
    assert isinstance(answer, Applied)
    assert answer.as_of == START + 2 * DAY
    assert [row.offender_id for row in filled.store.board(9)] == ["c", "d", "e"]


def test_a_tick_that_changes_nothing_writes_nothing(filled: Board) -> None:
    filled.store.tick(GENERATION, 3, START + 1)
    assert filled.store.position().entry == 3


def test_a_heartbeat_is_written_after_the_silence_and_not_before(valkey_url: str) -> None:
    board = Board(valkey_url, clock=ClockMode.WALL)
    board.store.tick(GENERATION, 2, EARLIEST + MINUTE - 1, heartbeat_us=MINUTE)
    assert board.store.position().entry == 2
    board.store.tick(GENERATION, 2, EARLIEST + MINUTE, heartbeat_us=MINUTE)
    assert board.store.outbox(10)[-1].kind is EntryKind.HEARTBEAT


def test_time_never_goes_back(valkey_url: str) -> None:
    board = Board(valkey_url, clock=ClockMode.WALL)
    for target in (START + 10, START):
        answer = board.store.tick(GENERATION, 2, target)
        assert isinstance(answer, Applied)
        assert answer.as_of == START + 10


def test_by_the_clock_of_the_events_a_tick_that_ends_nothing_moves_nothing(filled: Board) -> None:
    """A report with an earlier instant may come next, on another partition; its entry tells of no tick before it."""
    answer = filled.store.tick(GENERATION, 3, START + DAY - 1)
    assert isinstance(answer, Applied)
    assert (answer.as_of, answer.next_due, answer.all_ended) == (START, START + DAY, True)


def test_a_tick_that_may_end_nothing_passes_quiet_time_alone(filled: Board) -> None:
    for target, as_of in ((START + DAY - 1, START + DAY - 1), (START + DAY, START + DAY - 1)):
        answer = filled.store.tick(GENERATION, 3, target, limit=0)
        assert isinstance(answer, Applied)
        assert (answer.entry, answer.as_of, answer.all_ended) == (3, as_of, target == as_of)


def test_a_tick_that_was_cut_short_says_so_whatever_is_due_next(filled: Board) -> None:
    """Its now stands at the last end: what is due next lies behind that, before the instant to reach."""
    told = []
    for _ in range(3):
        answer = filled.store.tick(GENERATION, 3, START + 10 * DAY, limit=2)
        assert isinstance(answer, Applied)
        told.append((answer.as_of, answer.all_ended))
    assert told == [(START + 2 * DAY, False), (START + 4 * DAY, False), (START + 10 * DAY, True)]


def test_without_a_target_the_clock_is_that_of_the_server(valkey_url: str) -> None:
    board = Board(valkey_url, clock=ClockMode.WALL)
    seconds, micros = board.client.time()
    answer = board.store.tick(GENERATION, 0)
    assert isinstance(answer, Applied)
    assert 0 <= answer.as_of - (seconds * 1_000_000 + micros) < MINUTE


@pytest.mark.parametrize(("generation", "seen"), [("two", 0), (GENERATION, 4)])
def test_another_generation_or_a_newer_memory_is_answered_rewind(filled: Board, generation: str, seen: int) -> None:
    before = filled.dump()
    assert isinstance(filled.store.tick(generation, seen, START + 10 * DAY), Rewind)
    assert filled.dump() == before


def test_a_full_outbox_stops_time_too(filled: Board) -> None:
    filled.limit(outbox=3)
    before = filled.dump()
    assert isinstance(filled.store.tick(GENERATION, 3, START + 10 * DAY), Full)
    assert filled.dump() == before

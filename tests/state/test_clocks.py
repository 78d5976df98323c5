"""Two clocks: the store's is believed as far as the caller's agrees; of two that differ the earlier one counts."""

from collections.abc import Iterator
from dataclasses import replace

import msgpack
import pytest

from models.answers import Leap
from models.instants import DAY, HOUR, SECOND, format_instant
from models.journal.transition import EntryKind
from state.clocks import CallerClock, wall_clock
from state.store import Answer, Applied, Store
from tests.state.boards import GENERATION, YEAR, Board, a_report, a_run

LITTLE_US = 5 * SECOND
"""What may pass between a look at a clock and the answer of the store."""


@pytest.fixture
def board(valkey_url: str) -> Iterator[Board]:
    """A board that goes by the wall."""
    made = Board(valkey_url, clock="wall")
    yield made
    made.store.close()


def ahead_by(microseconds: int) -> CallerClock:
    """The clock of a machine that is ahead of the store's, or behind it."""
    return CallerClock(read=lambda: wall_clock() + microseconds)


def tick(store: Store) -> Answer:
    return store.tick(GENERATION, 0)


def apply_nothing(store: Store) -> Answer:
    start = store.position().ledger.get(0, 0)
    return store.apply(replace(a_run([], start), end=start + 1), GENERATION, 0)


calls = pytest.mark.parametrize("call", [tick, apply_nothing])


def as_of(answer: Answer) -> int:
    assert isinstance(answer, Applied), answer
    return answer.as_of


@calls
@pytest.mark.parametrize(
    ("ahead_us", "expected_us"),
    [
        pytest.param(0, 0, id="both are right"),
        pytest.param(-YEAR, -YEAR, id="the store a year ahead"),
        pytest.param(-50 * SECOND, 0, id="the store 50 s ahead, which is within the tolerance"),
        pytest.param(-70 * SECOND, -70 * SECOND, id="the store 70 s ahead"),
        pytest.param(HOUR, 0, id="the store an hour behind, or the worker an hour ahead"),
        pytest.param(-HOUR, -HOUR, id="the worker an hour behind"),
    ],
)
def test_the_earlier_clock_counts_where_they_differ(
    board: Board, call: object, ahead_us: int, expected_us: int
) -> None:
    assert callable(call)
    expected = wall_clock() + expected_us
    assert expected <= as_of(call(board.called_by(ahead_by(ahead_us)))) < expected + LITTLE_US


@calls
def test_a_store_that_is_a_year_ahead_ends_nothing(board: Board, call: object) -> None:
    assert callable(call)
    store, now = board.called_by(ahead_by(-YEAR)), wall_clock() - YEAR
    store.apply(a_run([a_report("a", at=now, lasts=10 * DAY)]), GENERATION, 0)
    for _ in range(3):
        call(store)
    assert [row.offender_id for row in store.board(9)] == ["a"]
    assert store.position().as_of < now + LITTLE_US


@calls
@pytest.mark.parametrize("ahead_us", [0, -HOUR, HOUR])
def test_as_of_never_goes_back_behind_where_it_was(board: Board, call: object, ahead_us: int) -> None:
    assert callable(call)
    later = wall_clock() + 2 * HOUR
    board.store.tick(GENERATION, 0, later)
    assert as_of(call(board.called_by(ahead_by(ahead_us)))) == later


@calls
@pytest.mark.parametrize(("ahead_us", "sign"), [(-YEAR, -1), (HOUR, 1)])
def test_two_answers_in_a_row_tell_of_clocks_that_differ_and_a_single_one_does_not(
    board: Board, call: object, ahead_us: int, sign: int
) -> None:
    assert callable(call)
    store, earlier = board.called_by(ahead_by(ahead_us)), wall_clock() + min(0, ahead_us)
    call(store)
    assert store.position().apart == ()
    call(store)
    (apart,) = store.position().apart
    assert abs(apart.ahead_us - ahead_us) < LITTLE_US
    assert apart.ahead_us * sign > 0
    assert earlier <= apart.since < earlier + LITTLE_US
    call(board.called_by(ahead_by(0)))
    assert store.position().apart == ()


def test_a_worker_who_has_gone_says_nothing_of_its_clock_any_more(board: Board) -> None:
    store = board.called_by(ahead_by(HOUR))
    for _ in range(2):
        tick(store)
    (_,) = store.position().apart
    meta = board.keys["meta"]
    told = board.client.hget(meta, "apart")
    assert isinstance(told, bytes)
    later = wall_clock() - 61 * SECOND
    board.client.hset(meta, "apart", _seen_at(told, later))
    assert store.position().apart == ()


def _seen_at(told: bytes, seen_at: int) -> bytes:
    packed: bytes = msgpack.packb(
        {who: [by, since, seen_at, n] for who, (by, since, _, n) in msgpack.unpackb(told).items()}
    )
    return packed


@calls
def test_a_leap_behind_the_newest_entry_is_not_made_until_a_person_says_so(board: Board, call: object) -> None:
    assert callable(call)
    store, newest = board.called_by(ahead_by(0)), wall_clock() - 8 * DAY
    board.store.tick(GENERATION, 0, newest, heartbeat_us=0)
    before = board.dump()
    for _ in range(2):
        answer = call(store)
        assert isinstance(answer, Leap)
        assert (answer.newest, answer.instant - newest >= 8 * DAY) == (newest, True)
        after = board.dump()
        assert {name for name in before if before[name] != after[name]} == {"meta"}
        leap = store.position().leap
        assert leap is not None
        assert leap.since <= leap.instant < leap.since + LITTLE_US
    body = f'{{"clock": "{format_instant(answer.instant)}"}}'
    assert isinstance(store.accept(GENERATION, 0, body), Applied)
    entry = store.outbox(9)[-1]
    assert (entry.kind, entry.as_of, entry.body) == (EntryKind.ACCEPTANCE, newest, body)
    assert store.position().leap is None
    assert as_of(call(store)) >= answer.instant


@calls
def test_where_the_clocks_come_back_nobody_has_to_say_anything(board: Board, call: object) -> None:
    assert callable(call)
    newest = wall_clock() - 8 * DAY
    board.store.tick(GENERATION, 0, newest, heartbeat_us=0)
    assert isinstance(call(board.called_by(ahead_by(0))), Leap)
    assert as_of(call(board.called_by(ahead_by(-2 * DAY)))) > newest
    assert board.store.position().leap is None


@calls
def test_a_word_holds_up_to_the_instant_for_which_it_was_given(board: Board, call: object) -> None:
    assert callable(call)
    newest = wall_clock() - 20 * DAY
    board.store.tick(GENERATION, 0, newest, heartbeat_us=0)
    board.store.accept(GENERATION, 0, f'{{"clock": "{format_instant(newest + 10 * DAY)}"}}')
    assert isinstance(call(board.called_by(ahead_by(0))), Leap)
    assert as_of(call(board.called_by(ahead_by(-4 * DAY)))) > newest + 15 * DAY


@calls
def test_a_board_whose_time_has_never_moved_goes_anywhere(board: Board, call: object) -> None:
    assert callable(call)
    assert as_of(call(board.called_by(ahead_by(0)))) >= wall_clock() - LITTLE_US


def test_a_repetition_asks_no_clock(board: Board) -> None:
    store, instant = board.called_by(ahead_by(-YEAR)), wall_clock() - 100 * DAY
    assert as_of(store.tick(GENERATION, 0, instant, heartbeat_us=0)) == instant
    again = store.apply(a_run([a_report("a", at=instant)]), GENERATION, 0, instant + 50 * DAY, repeats=True)
    assert as_of(again) == instant + 50 * DAY
    assert (store.position().apart, store.position().leap) == ((), None)
    assert isinstance(store.accept(GENERATION, 0, '{"refused": 1}'), Applied)


def test_how_late_the_board_is_goes_by_both_clocks(board: Board) -> None:
    tick(board.called_by(ahead_by(-HOUR)))
    assert abs(board.called_by(ahead_by(0)).lateness_us() - HOUR) < LITTLE_US
    assert abs(board.called_by(ahead_by(HOUR)).lateness_us() - HOUR) < LITTLE_US
    assert abs(board.called_by(ahead_by(-HOUR)).lateness_us()) < LITTLE_US

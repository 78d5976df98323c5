"""BEAT: heartbeats that follow each other, repeated at once."""

from collections.abc import Iterator

import pytest

from models.answers import Full, NotQuiet, Rewind
from models.clock import ClockMode
from models.instants import DAY
from models.journal.transition import EntryKind
from state.store import Applied
from tests.state.boards import GENERATION, START, Board, a_report, a_run

MINUTE = 60_000_000
MINUTES = [START + number * MINUTE for number in range(1, 6)]


def a_board(url: str) -> Board:
    """By the wall; at START somebody has a step that ends a day later."""
    board = Board(url, clock=ClockMode.WALL)
    board.apply(a_run([a_report(lasts=DAY)]), now=START)
    return board


@pytest.fixture
def board(valkey_url: str) -> Iterator[Board]:
    made = a_board(valkey_url)
    yield made
    made.store.close()


def held(board: Board) -> dict[str, object]:
    """Every key, but for when the board has moved."""
    keys: dict[str, object] = {name: value for name, value in board.dump().items() if name != "meta"}
    meta: dict[bytes, bytes] = board.client.hgetall(board.keys["meta"])  # type: ignore[assignment]  # not awaited
    return keys | {name.decode(): value for name, value in meta.items() if not name.startswith(b"moved_at")}


def test_a_stretch_leaves_the_board_as_its_heartbeats_do_one_by_one(board: Board, valkey_url: str) -> None:
    one_by_one = a_board(valkey_url)
    for number, instant in enumerate(MINUTES):
        one_by_one.store.tick(GENERATION, 3 + number, instant, 0, heartbeat_us=0)
    assert board.store.beat(GENERATION, 3, MINUTES) == Applied(8, MINUTES[-1], 1)
    assert held(board) == held(one_by_one)
    one_by_one.store.close()


def test_a_run_and_a_tick_come_behind_what_was_before_them(board: Board) -> None:
    store, later = board.store, MINUTES[-1] + 1
    calls = [
        store.run_again(a_run([a_report("b")], 1), GENERATION, 3, later, [(minute, None) for minute in MINUTES]),
        store.tick_again(GENERATION, 9, START + DAY, 1, history=[(later + MINUTE, None)]),
    ]
    answers, entries = store.send(calls, 8).answers()
    assert [answer.entry for answer in answers if isinstance(answer, Applied)] == [9, 11]
    kinds = [EntryKind.HEARTBEAT] * 5 + [EntryKind.RUN, EntryKind.HEARTBEAT, EntryKind.TICK]
    assert [(entry.number, entry.kind) for entry in entries] == list(zip(range(4, 12), kinds, strict=True))
    assert [entry.as_of for entry in entries] == [*MINUTES, later, later + MINUTE, START + DAY]


def test_each_tick_before_a_run_tells_of_its_own_ends_alone(board: Board) -> None:
    store, quiet = board.store, START + DAY + MINUTE
    history = [(MINUTES[0], None), (START + DAY, 1), (quiet, None)]
    store.send([store.run_again(a_run([a_report("b")], 1), GENERATION, 3, quiet, history)], 1).answers()
    told = [
        (entry.kind, entry.drained, [move.offender_id for move in entry.transitions]) for entry in store.outbox(9)[3:]
    ]
    assert told == [
        (EntryKind.HEARTBEAT, 0, []),
        (EntryKind.TICK, 1, ["a"]),
        (EntryKind.HEARTBEAT, 0, []),
        (EntryKind.RUN, 0, ["b"]),
    ]


@pytest.mark.parametrize("instants", [[START + MINUTE, START + DAY], [START - 1], [START + 9, START + 8]])
def test_where_more_happens_than_time_nothing_is_changed(board: Board, instants: list[int]) -> None:
    """A step that is due, and time that goes back."""
    before = board.dump()
    assert board.store.beat(GENERATION, 3, instants) == NotQuiet()
    assert board.dump() == before


def test_a_baseline_that_is_to_come_may_come_in_any_minute_behind_its_instant(valkey_url: str) -> None:
    board = Board(valkey_url, clock=ClockMode.WALL, ends={0: 1}, alerts_after=MINUTES[1])
    assert isinstance(board.store.beat(GENERATION, 2, MINUTES[:2]), Applied)
    assert board.store.beat(GENERATION, 4, MINUTES[2:]) == NotQuiet()
    board.store.close()


@pytest.mark.parametrize(("generation", "seen"), [("two", 0), (GENERATION, 4)])
def test_another_generation_or_a_newer_memory_is_answered_rewind(board: Board, generation: str, seen: int) -> None:
    before = board.dump()
    assert isinstance(board.store.beat(generation, seen, MINUTES), Rewind)
    assert board.dump() == before


def test_what_is_sent_behind_a_refusal_is_refused_too(board: Board) -> None:
    """Whoever sends several entries sees by the first answer where the board stands."""
    store = board.store
    calls = [store.beat_again(GENERATION, 3, [START - 1]), store.beat_again(GENERATION, 4, MINUTES)]
    first, second = store.send(calls, 1).answers()[0]
    assert first == NotQuiet()
    assert isinstance(second, Rewind)


def test_a_full_outbox_takes_no_heartbeat(board: Board) -> None:
    board.limit(outbox=3)
    assert isinstance(board.store.beat(GENERATION, 3, MINUTES), Full)

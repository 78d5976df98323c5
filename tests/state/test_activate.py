"""REASSESS and ACTIVATE: another policy comes into force whole, or the board is broken and says so."""

import time
from collections.abc import Iterator

import pytest

from models.answers import Rewind
from models.errors import PreconditionFailed
from models.journal.transition import CauseKind, EntryKind, Move, Standing
from state.store import Applied
from tests.state.boards import GENERATION, SIZE, START, Board, a_report, a_run


def test_another_policy_moves_everybody_at_one_entry(board: Board) -> None:
    board.take(a_report("a", 30), a_report("b", 20), a_report("c", 10))
    board.store.reassess(GENERATION, [a_report("a", 5), a_report("b", 20), a_report("c", 7)], first=True)
    board.store.activate(GENERATION, "other", SIZE, SIZE, '{"policy": 1}')
    entry = board.store.outbox(9)[-1]
    assert (entry.kind, entry.as_of, entry.body) == (EntryKind.POLICY, START, '{"policy": 1}')
    left, entered = entry.transitions
    assert (left.move, left.offender_id, left.rank, left.score) == (Move.LEFT, "a", 3, 5)
    assert left.previous == Standing(1, 30)
    assert (entered.move, entered.offender_id, entered.rank, entered.score) == (Move.ENTERED, "c", 2, 7)
    assert entered.previous == Standing(3, 10)
    assert {left.cause.kind, entered.cause.kind} == {CauseKind.POLICY}


@pytest.fixture
def deletes_at_once(board: Board) -> Iterator[None]:
    """As Redis does by itself, unless it is asked to unlink."""
    setting = "lazyfree-lazy-user-del"
    shipped = board.client.config_get(setting)[setting]
    board.client.config_set(setting, "no")
    yield
    board.client.config_set(setting, str(shipped))


@pytest.mark.usefixtures("deletes_at_once")
def test_what_was_in_force_is_forgotten_in_the_background(board: Board) -> None:
    """A hash of a million persons would hold the store up for a second or more."""
    many = [a_report(f"p{number}", 10 + number) for number in range(600)]
    board.take(*many)
    before = board.client.info("memory")["lazyfreed_objects"]
    board.store.reassess(GENERATION, many, first=True)
    board.store.activate(GENERATION, "other", SIZE, SIZE, "{}")
    until = time.monotonic() + 60
    while (freed := board.client.info("memory")["lazyfreed_objects"] - before) < 3:  # offenders, rank and due
        assert time.monotonic() < until, freed
        time.sleep(0.01)


def test_between_the_parts_the_board_is_nobodys(board: Board) -> None:
    board.take(a_report("a", 30))
    board.store.reassess(GENERATION, [], first=True)
    before = board.dump()
    assert isinstance(board.apply(a_run([a_report("b")], 1)), Rewind)
    assert isinstance(board.store.tick(GENERATION, 0), Rewind)
    assert isinstance(board.store.renew(GENERATION, "{}"), Rewind)
    assert board.store.position().half_written
    assert board.dump() == before


def test_an_activation_that_leaves_someone_out_is_refused(board: Board) -> None:
    board.take(a_report("a", 30), a_report("b", 30))
    board.store.reassess(GENERATION, [a_report("a", 30)], first=True)
    answer = board.store.activate(GENERATION, "other", SIZE, SIZE, "{}")
    assert answer == Rewind("somebody was left out of the reassessment")
    assert board.store.position().policy_digest == "digest"


def test_nothing_is_activated_that_was_not_reassessed(board: Board) -> None:
    before = board.dump()
    assert isinstance(board.store.activate(GENERATION, "other", SIZE, SIZE, "{}"), Rewind)
    assert isinstance(board.store.reassess(GENERATION, [], first=False), Rewind)
    assert isinstance(board.store.reassess("two", [], first=True), Rewind)
    assert board.dump() == before


def test_after_an_activation_the_board_takes_runs_under_the_new_policy_alone(board: Board) -> None:
    board.take(a_report("a", 30))
    old = board.other()
    board.store.reassess(GENERATION, [a_report("a", 5)], first=True)
    board.store.activate(GENERATION, "other", SIZE, SIZE, "{}")
    assert isinstance(board.take(a_report("b", 6)), Applied)
    assert [row.offender_id for row in board.store.board(9)] == ["b", "a"]
    with pytest.raises(PreconditionFailed, match="the one in force on the board has other"):
        old.apply(a_run([a_report("c")], 2), GENERATION, 0)

"""Another policy on the reference engine: everybody is reassessed, at once and at the board's own instant."""

import pytest

from models.clock import ClockMode
from models.contribution import Contribution
from models.errors import BrokenInvariant
from models.instants import DAY
from models.journal.transition import Entry, Move
from scoring.engine import Engine
from tests.state.boards import START, a_report, a_run


def a_board(*items: Contribution, size: int = 2, exit_rank: int = 2) -> Engine:
    engine = Engine(size, exit_rank, ClockMode.EVENT)
    engine.found("{}")
    engine.apply(a_run(items))
    return engine


def moves(entry: Entry) -> list[tuple[Move, str]]:
    return [(change.move, change.offender_id) for change in entry.transitions]


def test_all_leave_in_rank_order_before_anybody_enters() -> None:
    engine = a_board(
        *(a_report(who, score) for who, score in zip("abcde", (50, 40, 30, 20, 10), strict=True)), size=3, exit_rank=3
    )
    turned = [a_report(who, score) for who, score in zip("abcde", (1, 0, 30, 20, 10), strict=True)]
    entry = engine.activate(3, 3, [item if item.offender_id != "b" else gone(item) for item in turned], "{}")
    assert moves(entry) == [(Move.LEFT, "a"), (Move.LEFT, "b"), (Move.ENTERED, "d"), (Move.ENTERED, "e")]
    assert entry.transitions[1].rank is None


def test_a_wider_exit_keeps_whom_the_new_size_would_not_take_in() -> None:
    engine = a_board(a_report("a", 30), a_report("b", 20), a_report("c", 10))
    entry = engine.activate(1, 2, [a_report("a", 30), a_report("b", 20), a_report("c", 10)], "{}")
    assert moves(entry) == []
    assert [row.offender_id for row in engine.board(9) if row.in_band] == ["a", "b"]


def test_a_step_that_has_ended_by_then_does_not_count_under_the_new_policy_either() -> None:
    engine = a_board(a_report("a", 30, lasts=50 * DAY), a_report("b", 5, at=START + 20 * DAY))
    engine.activate(2, 2, [a_report("a", 30, lasts=10 * DAY), a_report("b", 5, at=START + 20 * DAY)], "{}")
    assert [(row.offender_id, row.score) for row in engine.board(9)] == [("b", 5)]


def test_time_goes_on_under_the_new_policy() -> None:
    engine = a_board(a_report("a", 30))
    engine.activate(2, 2, [a_report("a", 30, lasts=9 * DAY)], "{}")
    ended = engine.tick(START + 10 * DAY)
    assert ended is not None
    assert [(change.move, change.as_of) for change in ended.transitions] == [(Move.LEFT, START + 9 * DAY)]


@pytest.mark.parametrize("told", [[], [a_report("a", 30, revision=2)], [a_report("a"), a_report("b")]])
def test_what_is_not_offence_by_offence_what_the_board_knows_is_refused(told: list[Contribution]) -> None:
    engine = a_board(a_report("a", 30))
    with pytest.raises(BrokenInvariant, match="not what the board knows"):
        engine.activate(2, 2, told, "{}")


def gone(item: Contribution) -> Contribution:
    """The policy gives it no weight."""
    return item._replace(weight=item.weight._replace(steps=()))

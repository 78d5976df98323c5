"""The brake: of the last thousand records more than half were refused, and the next such run is not applied."""

from collections.abc import Sequence

import pytest

from models.answers import Braked, Rewind
from models.contribution import Refusal, Run
from models.errors import StartRefused
from models.transition import EntryKind
from state.packing import refused_places
from state.store import BRAKE_VERDICTS, Applied
from tests.state.boards import GENERATION, Board, a_report

HALF = BRAKE_VERDICTS // 2


@pytest.fixture
def board(valkey_url: str) -> Board:
    return Board(valkey_url)


def judged(start: int, good: Sequence[bool]) -> Run:
    """Records of which some are refused, in this order."""
    items = tuple(
        a_report(f"p{number}", offence_id=f"o{number}")._replace(offset=number)
        for number, is_good in enumerate(good, start)
        if is_good
    )
    refusals = tuple(Refusal(number, "not_valid", "x") for number, is_good in enumerate(good, start) if not is_good)
    return Run(0, start, start + len(good), "0" * 64, items, refusals)


def go(board: Board, *good: bool) -> object:
    return board.apply(judged(board.store.position().ledger.get(0, 0), good))


def test_half_of_the_last_thousand_may_be_refused_and_one_more_may_not(board: Board) -> None:
    assert isinstance(go(board, *[True] * HALF), Applied)
    assert isinstance(go(board, *[False] * HALF), Applied)
    before = board.dump()
    assert go(board, False) == Braked(HALF + 1, BRAKE_VERDICTS)
    after = board.dump()
    assert {name for name in before if before[name] != after[name]} == {"meta"}  # it says that the brake is on
    assert board.store.position().braked == Braked(HALF + 1, BRAKE_VERDICTS)
    assert board.store.position().ledger == {0: BRAKE_VERDICTS}
    assert isinstance(go(board, True), Applied)
    assert board.store.position().braked is None


def test_before_there_were_a_thousand_nothing_is_stopped(board: Board) -> None:
    assert isinstance(go(board, *[False] * (BRAKE_VERDICTS - 1)), Applied)
    assert go(board, False) == Braked(BRAKE_VERDICTS, BRAKE_VERDICTS)


def test_old_refusals_are_forgotten_one_by_one(board: Board) -> None:
    go(board, *[False] * HALF, *[True] * HALF)
    for _ in range(3):  # each refusal pushes an older one out
        assert isinstance(go(board, False), Applied)
    assert isinstance(go(board, *[True] * (HALF - 3)), Applied)
    assert isinstance(go(board, *[False] * (HALF - 3)), Applied)
    assert go(board, False) == Braked(HALF + 1, BRAKE_VERDICTS)


def test_the_run_is_stopped_wherever_in_it_the_brake_trips(board: Board) -> None:
    go(board, *[True] * HALF)
    assert go(board, *[True] * 10, *[False] * (HALF + 1), *[True] * 400) == Braked(HALF + 1, BRAKE_VERDICTS)
    assert board.store.position().ledger == {0: HALF}


def test_repeated_history_counts_nothing_and_is_never_stopped(board: Board) -> None:
    run = judged(0, [False] * (BRAKE_VERDICTS + 10))
    assert isinstance(board.store.apply(run, GENERATION, 0, repeats=True), Applied)
    assert isinstance(go(board, *[False] * (BRAKE_VERDICTS - 1)), Applied)


def test_an_acceptance_is_an_entry_and_lets_a_thousand_pass_before_it_counts_anew(board: Board) -> None:
    go(board, *[False] * (BRAKE_VERDICTS - 1))
    assert isinstance(go(board, False), Braked)
    assert isinstance(board.store.accept(GENERATION, 0, '{"refused": 1000}'), Applied)
    entry = board.store.outbox(100)[-1]
    assert (entry.kind, entry.body) == (EntryKind.ACCEPTANCE, '{"refused": 1000}')
    assert board.store.position().braked is None
    assert isinstance(go(board, *[False] * (2 * BRAKE_VERDICTS - 1)), Applied)
    assert isinstance(go(board, False), Braked)


def test_an_acceptance_for_another_board_than_this_one_changes_nothing(board: Board) -> None:
    before, entry = board.dump(), board.store.position().entry or 0
    assert isinstance(board.store.accept("another", entry, "{}"), Rewind)
    assert isinstance(board.store.accept(GENERATION, entry + 1, "{}"), Rewind)
    with pytest.raises(StartRefused, match="HARMWATCH_POLICY"):
        board.other(digest="another").accept(GENERATION, entry, "{}")
    assert board.dump() == before


def test_the_places_of_refused_records_are_those_among_all() -> None:
    assert refused_places(judged(7, [True, False, True, True, False, False])) == [2, 5, 6]
    assert refused_places(judged(7, [True])) == []

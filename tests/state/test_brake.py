"""The brake: of the last thousand records of a partition more than half were refused, and the next one parks it."""

from collections.abc import Sequence

import pytest

from models.answers import Braked, Rewind
from models.contribution import Refusal, Run
from models.errors import PreconditionFailed
from models.journal.transition import EntryKind
from models.parked import Parked
from state.limits import SHIPPED
from state.packing import refused_places
from state.store import Applied
from tests.state.boards import GENERATION, Board, a_report

BRAKE_VERDICTS = SHIPPED.verdicts
HALF = BRAKE_VERDICTS // 2


@pytest.fixture
def board(valkey_url: str) -> Board:
    return Board(valkey_url)


def judged(start: int, good: Sequence[bool], partition: int = 0) -> Run:
    """Records of which some are refused, in this order."""
    items = tuple(
        a_report(f"p{number}", offence_id=f"o{number}")._replace(offset=number)
        for number, is_good in enumerate(good, start)
        if is_good
    )
    refusals = tuple(Refusal(number, "not_valid", "ä x") for number, is_good in enumerate(good, start) if not is_good)
    return Run(partition, start, start + len(good), "0" * 64, items, refusals)


def go(board: Board, *good: bool, partition: int = 0) -> object:
    return board.apply(judged(board.store.position().ledger.get(partition, 0), good, partition))


def told_of(parked: Parked) -> tuple[object, ...]:
    """Everything but since when."""
    return parked.offset, parked.reason, parked.detail, parked.refused, parked.verdicts


def test_half_of_the_last_thousand_may_be_refused_and_one_more_may_not(board: Board) -> None:
    assert isinstance(go(board, *[True] * HALF), Applied)
    assert isinstance(go(board, *[False] * HALF), Applied)
    before = board.dump()
    assert go(board, False) == Braked(HALF + 1, BRAKE_VERDICTS, BRAKE_VERDICTS)
    after = board.dump()
    assert {name for name in before if before[name] != after[name]} == {"meta"}
    position = board.store.position()
    assert (position.ledger, position.whole) == ({0: BRAKE_VERDICTS}, True)
    assert told_of(position.parked[0]) == (BRAKE_VERDICTS, "not_valid", "ä x", HALF + 1, BRAKE_VERDICTS)
    assert isinstance(go(board, True), Applied)
    assert board.store.position().parked == {}


def test_before_there_were_a_thousand_nothing_is_stopped(board: Board) -> None:
    assert isinstance(go(board, *[False] * (BRAKE_VERDICTS - 1)), Applied)
    assert go(board, False) == Braked(BRAKE_VERDICTS, BRAKE_VERDICTS, BRAKE_VERDICTS - 1)


def test_old_refusals_are_forgotten_one_by_one(board: Board) -> None:
    go(board, *[False] * HALF, *[True] * HALF)
    for _ in range(3):  # each refusal pushes an older one out
        assert isinstance(go(board, False), Applied)
    assert isinstance(go(board, *[True] * (HALF - 3)), Applied)
    assert isinstance(go(board, *[False] * (HALF - 3)), Applied)
    assert go(board, False) == Braked(HALF + 1, BRAKE_VERDICTS, 2 * BRAKE_VERDICTS + HALF - 3 - HALF)


def test_the_record_is_named_wherever_in_a_run_the_brake_trips(board: Board) -> None:
    """What comes before it is still to be applied, so that nothing is parked yet."""
    go(board, *[True] * HALF)
    before = board.dump()
    at = HALF + 10 + HALF
    run = *[True] * 10, *[False] * (HALF + 1), *[True] * 400
    assert go(board, *run) == Braked(HALF + 1, BRAKE_VERDICTS, at)
    assert board.dump() == before
    assert isinstance(go(board, *run[: 10 + HALF]), Applied)
    assert go(board, *run[10 + HALF :]) == Braked(HALF + 1, BRAKE_VERDICTS, at)
    assert (board.store.position().ledger, board.store.position().parked[0].offset) == ({0: at}, at)


def test_a_flood_on_one_partition_stops_no_other(board: Board) -> None:
    go(board, *[False] * (BRAKE_VERDICTS - 1))
    assert isinstance(go(board, False), Braked)
    for _ in range(50):  # one in a hundred is refused there
        assert isinstance(go(board, False, *[True] * 99, partition=1), Applied)
    assert set(board.store.position().parked) == {0}
    assert isinstance(go(board, False), Braked)


def test_a_partition_that_is_tried_again_stays_parked_since_when_it_was(board: Board) -> None:
    go(board, *[False] * (BRAKE_VERDICTS - 1))
    go(board, False)
    parked = board.store.position().parked
    go(board, False, True)
    assert board.store.position().parked == parked != {}
    assert isinstance(go(board, False), Braked)


def test_repeated_history_is_counted_and_never_stopped(board: Board) -> None:
    run = judged(0, [False] * (BRAKE_VERDICTS + 10))
    assert isinstance(board.store.apply(run, GENERATION, 0, repeats=True), Applied)
    assert go(board, False) == Braked(BRAKE_VERDICTS, BRAKE_VERDICTS, BRAKE_VERDICTS + 10)


def test_a_board_that_is_rebuilt_parks_at_the_same_record(board: Board, valkey_url: str) -> None:
    """Whatever the runs were then, and are now."""
    good = [number % 3 == 0 for number in range(3 * BRAKE_VERDICTS)]
    at = 0
    while isinstance(go(board, *good[at : at + 7]), Applied):
        at += 7
    stopped = go(board, *good[at : at + 7])
    assert isinstance(stopped, Braked)
    go(board, *good[at : stopped.offset])
    again = Board(valkey_url)
    again.store.apply(judged(0, good[: stopped.offset]), GENERATION, 0, repeats=True)
    assert go(again, *good[stopped.offset :]) == stopped
    assert again.store.position().parked[0].offset == stopped.offset
    verdicts = [each.client.hgetall(each.keys["verdicts"]) for each in (board, again)]
    assert verdicts[0] == verdicts[1] != {}


@pytest.mark.parametrize("repeats", [False, True])
def test_an_acceptance_is_an_entry_and_lets_a_thousand_pass_before_it_counts_again(board: Board, repeats: bool) -> None:
    go(board, *[False] * (BRAKE_VERDICTS - 1))
    assert isinstance(go(board, False), Braked)
    word = '{"partition": 0, "refused": 1000, "verdicts": 1000, "why": "a test"}'
    assert isinstance(board.store.accept(GENERATION, 0, word), Applied)
    entry = board.store.outbox(100)[-1]
    assert (entry.kind, entry.body) == (EntryKind.ACCEPTANCE, word)
    assert (board.store.position().parked, board.store.position().whole) == ({}, True)
    passing = judged(BRAKE_VERDICTS - 1, [False] * (2 * BRAKE_VERDICTS - 1))
    assert isinstance(board.store.apply(passing, GENERATION, 0, repeats=repeats), Applied)
    assert isinstance(go(board, False), Braked)


def test_an_acceptance_releases_the_partition_that_it_names_and_no_other(board: Board) -> None:
    for partition in (0, 1):
        go(board, *[False] * (BRAKE_VERDICTS - 1), partition=partition)
        assert isinstance(go(board, False, partition=partition), Braked)
    assert isinstance(board.store.accept(GENERATION, 0, '{"partition": 1, "verdicts": 1000}'), Applied)
    assert set(board.store.position().parked) == {0}
    assert isinstance(go(board, False, partition=1), Applied)
    assert isinstance(go(board, False, partition=0), Braked)


def test_an_acceptance_that_names_no_partition_releases_all(board: Board) -> None:
    """Those of journals that were written when the brake was the board's."""
    for partition in (0, 1):
        go(board, *[False] * (BRAKE_VERDICTS - 1), partition=partition)
        assert isinstance(go(board, False, partition=partition), Braked)
    assert isinstance(board.store.accept(GENERATION, 0, '{"refused": 1000, "verdicts": 1000}'), Applied)
    assert board.store.position().parked == {}
    assert isinstance(go(board, False, partition=1), Applied)


def test_a_record_that_a_person_passes_over_releases_nothing(board: Board) -> None:
    go(board, *[False] * (BRAKE_VERDICTS - 1))
    assert isinstance(go(board, False), Braked)
    parked = board.store.position().parked
    word = '{"passed_over": {"topic": "alerts.v1", "offset": 7}, "why": "forged"}'
    assert isinstance(board.store.accept(GENERATION, 0, word), Applied)
    assert board.store.position().parked == parked != {}
    assert isinstance(go(board, False), Braked)


def test_an_acceptance_for_another_board_than_this_one_changes_nothing(board: Board) -> None:
    before, entry = board.dump(), board.store.position().entry or 0
    assert isinstance(board.store.accept("another", entry, "{}"), Rewind)
    assert isinstance(board.store.accept(GENERATION, entry + 1, "{}"), Rewind)
    with pytest.raises(PreconditionFailed, match="HARMWATCH_POLICY"):
        board.other(digest="another").accept(GENERATION, entry, "{}")
    assert board.dump() == before


def test_the_places_of_refused_records_are_those_among_all() -> None:
    assert refused_places(judged(7, [True, False, True, True, False, False])) == [2, 5, 6]
    assert refused_places(judged(7, [True])) == []

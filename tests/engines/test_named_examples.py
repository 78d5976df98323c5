"""Both engines on the cases that random histories do not find often enough."""

import pytest

from models.clock import ClockMode
from models.contribution import Contribution
from models.instants import DAY
from models.transition import Entry
from scoring.engine import Engine
from state.store import Applied
from tests.state.boards import GENERATION, SIZE, START, Board, a_report, a_run


class Pair:
    """One history on both engines; every entry must be the same."""

    def __init__(self, url: str, alerts_after: int | None = None, ends: dict[int, int] | None = None) -> None:
        self.live = Board(url, alerts_after=alerts_after, ends=ends)
        self.engine = Engine(SIZE, SIZE, ClockMode.EVENT, alerts_after, ends)
        self.engine.found("{}")
        self.engine.recover("{}")

    def take(self, *items: Contribution) -> Entry:
        """Applies the items; the entry on which both agree."""
        run = a_run(items, self.engine.ledger.get(0, 0))
        expected = self.engine.apply(run)
        assert isinstance(self.live.apply(run), Applied)
        assert self.live.store.outbox(1_000)[-1] == expected
        assert isinstance(expected, Entry)
        return expected

    def tick(self, target: int) -> Entry:
        """Lets time pass; the entry on which both agree."""
        expected = self.engine.tick(target)
        assert isinstance(self.live.store.tick(GENERATION, 0, target), Applied)
        assert self.live.store.outbox(1_000)[-1] == expected
        assert expected is not None
        return expected


@pytest.mark.parametrize("order", [["b", "a", "c"], ["a", "b", "c"], ["c", "b", "a"]])
def test_of_equal_falls_at_one_instant_the_first_offence_by_bytes_is_named(valkey_url: str, order: list[str]) -> None:
    both = Pair(valkey_url)
    both.take(*(a_report("x", 10, offence_id) for offence_id in order), a_report("x", 9, "0"))
    left = both.tick(START + 400 * DAY).transitions
    assert [change.cause.offence_id for change in left] == ["a"]


def test_the_largest_fall_is_named_wherever_it_stands(valkey_url: str) -> None:
    both = Pair(valkey_url)
    both.take(a_report("x", 10, "a"), a_report("x", 11, "b"), a_report("x", 10, "c"))
    assert both.tick(START + 400 * DAY).transitions[0].cause.offence_id == "b"


def test_the_baseline_comes_after_its_instant_and_not_at_it(valkey_url: str) -> None:
    both = Pair(valkey_url, alerts_after=START, ends={0: 1})
    assert both.take(a_report("a", at=START)).baseline is None
    baseline = both.take(a_report("b", at=START + 1)).baseline
    assert baseline is not None
    assert baseline.as_of == START + 1


def test_the_baseline_waits_for_the_ends_of_all_partitions(valkey_url: str) -> None:
    both = Pair(valkey_url, alerts_after=START, ends={0: 2})
    assert both.take(a_report("a", at=START + 1)).baseline is None
    assert both.take(a_report("b", at=START + 1)).baseline is not None


def test_the_rank_before_is_that_after_the_change_before_in_the_same_run(valkey_url: str) -> None:
    both = Pair(valkey_url)
    both.take(a_report("a", 5), a_report("b", 5))
    left, entered = both.take(a_report("c", 1), a_report("c", 10, "2")).transitions
    assert (left.offender_id, entered.offender_id) == ("b", "c")
    assert (entered.previous.rank, entered.previous.score) == (3, 1)

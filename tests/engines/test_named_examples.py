"""Both engines on the cases that random histories do not find often enough."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.answers import Ahead, DrainFirst, Rewind
from models.clock import ClockMode
from models.contribution import Contribution, Step
from models.instants import DAY
from models.journal.transition import Entry
from scoring.engine import Engine
from state.board_settings import BoardSettings
from state.keys import Keys
from state.limits import SHIPPED
from state.store import Answer, Applied, Store
from tests.engines.repeating import Activated, EntryRepeater, Told
from tests.state.boards import GENERATION, SIZE, START, Board, a_report, a_run


class Pair:
    """One history on both engines; every entry must be the same."""

    def __init__(
        self,
        url: str,
        alerts_after: int | None = None,
        ends: dict[int, int] | None = None,
        spill_bytes: int = SHIPPED.spill_bytes,
    ) -> None:
        limits = replace(SHIPPED, spill_bytes=spill_bytes)
        self.live = Board(url, alerts_after=alerts_after, ends=ends, limits=limits)
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


@pytest.mark.parametrize("clock", list(ClockMode))
def test_what_comes_between_two_ticks_at_one_instant_is_repeated_there(valkey_url: str, clock: ClockMode) -> None:
    """Each tick has a limit of its own, and each entry between them stands at the instant that is not over."""
    live, engine = Board(valkey_url, clock=clock), Engine(SIZE, SIZE, clock)
    again = Store(valkey_url, Keys("", f"again-{clock}"), BoardSettings("digest", clock, None))
    repeating = EntryRepeater(again, Engine(SIZE, SIZE, clock), clock)
    engine.found("{}")
    repeating.found(SIZE, SIZE, None)
    repeating.follow(engine.recover("{}"), None)
    items = [a_report(who, lasts=DAY) for who in "abcdefghij"]
    run = a_run(items)

    def told() -> Iterator[tuple[Answer, Entry | Ahead | Rewind | DrainFirst | None, Told]]:
        yield live.apply(run, now=START), engine.apply(run, START), run
        for limit in (3, 2, 1):
            yield live.store.tick(GENERATION, 0, START + DAY, limit), engine.tick(START + DAY, limit), None
            assert engine.as_of == START + DAY
            yield live.store.renew(GENERATION, "{}"), engine.recover("{}"), None
            yield live.store.accept(GENERATION, 0, "{}"), engine.accept("{}"), None
        activated = Activated(1, 1, run.contributions, "{}")
        live.store.reassess(GENERATION, activated.items, first=True)
        answer = live.store.activate(GENERATION, "digest", 1, 1, "{}")
        yield answer, engine.activate(1, 1, activated.items, "{}"), activated
        assert engine.offender("j").score == 0

    for answer, entry, beside in told():
        assert isinstance(answer, Applied)
        assert isinstance(entry, Entry)
        assert live.store.outbox(100)[-1] == entry
        repeating.follow(entry, beside)


Chosen = tuple[int, list[tuple[int, int]]]
"""Of an offence: days since the first one, and days and millidays of each step."""

chosen_offences = st.lists(
    st.tuples(
        st.integers(0, 20),
        st.lists(st.tuples(st.integers(21, 60), st.integers(1, 3)), max_size=4, unique_by=lambda step: step[0]),
    ),
    min_size=1,
    max_size=60,
)


@given(chosen=chosen_offences, rival=st.integers(1, 40), spill_bytes=st.sampled_from([0, 2_048]))
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_expected_exit_of_a_person_with_many_offences(
    valkey_url: str, chosen: Sequence[Chosen], rival: int, spill_bytes: int
) -> None:
    both = Pair(valkey_url, spill_bytes=spill_bytes)
    both.take(a_report("a", 10_000), a_report("b", rival, at=START + 10 * DAY))
    offences = [
        a_report(
            "x", offence_id=str(number), at=START + after * DAY, steps=[Step(u * DAY, m) for u, m in sorted(steps)]
        )
        for number, (after, steps) in enumerate(sorted(chosen, key=lambda one: one[0]))
    ]
    both.take(*offences)


@pytest.mark.parametrize("spill_bytes", [0, 2_048])
def test_of_equal_scores_the_expected_exit_looks_at_the_anchors_that_are_left(
    valkey_url: str, spill_bytes: int
) -> None:
    both = Pair(valkey_url, spill_bytes=spill_bytes)
    both.take(a_report("a", 100), a_report("b", 5, at=START + 10 * DAY))
    late = a_report("x", 10, "late", at=START + 20 * DAY, lasts=21 * DAY)
    _, entered = both.take(a_report("x", 5, "early", lasts=60 * DAY), late).transitions
    assert (entered.offender_id, entered.expected_exit_at) == ("x", START + 41 * DAY)

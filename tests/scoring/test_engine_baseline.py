"""When the baseline comes, and what it says."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.clock import ClockMode
from models.contribution import Contribution, Run
from models.instants import DAY
from models.journal.transition import BandEntry, Baseline, Entry, EntryKind, Member
from scoring.engine import Engine
from tests.scoring.engines import START, a_report, a_run


def a_loading(ends: dict[int, int], clock: ClockMode = ClockMode.EVENT) -> Engine:
    return Engine(2, 3, clock, START, ends)


def feed(engine: Engine, *items: Contribution, partition: int = 0) -> Entry:
    entry = engine.apply(a_run(engine, *items, partition=partition), START)
    assert isinstance(entry, Entry)
    return entry


def test_the_baseline_comes_once_after_the_last_record_of_the_load() -> None:
    engine = a_loading({0: 2})
    entry = feed(engine, a_report("a", at=START + 1), a_report("b", 20, at=START + 2), a_report("c", 30, at=START + 3))
    members = (Member(1, "b", 20, BandEntry(2, START + 2)), Member(2, "a", 10, BandEntry(1, START + 1)))
    assert entry.baseline == Baseline(2, START + 2, members)
    assert feed(engine, a_report("d", at=START + 4)).baseline is None


def test_it_shows_those_too_whom_only_hysteresis_keeps() -> None:
    engine = a_loading({0: 3})
    entry = feed(engine, *(a_report(who, n, at=START + 1) for n, who in enumerate("abc", 1)))
    assert entry.baseline is not None
    assert [member.offender_id for member in entry.baseline.band] == ["c", "b", "a"]


def test_every_partition_must_have_reached_its_end() -> None:
    engine = a_loading({0: 1, 1: 1})
    assert feed(engine, a_report("a", at=START + 1)).baseline is None
    assert feed(engine, a_report("b", at=START + 1), partition=1).baseline is not None


def test_as_of_must_have_passed_the_time() -> None:
    engine = a_loading({0: 1})
    assert feed(engine, a_report("a")).baseline is None
    assert feed(engine, a_report("b", at=START + 1)).baseline == Baseline(
        1, START + 1, (Member(1, "a", 10, BandEntry(1, START)),)
    )


def test_an_expiry_on_the_way_is_complete_before_it() -> None:
    engine = a_loading({0: 1}, ClockMode.EVENT)
    feed(engine, a_report("a", until=DAY))
    assert feed(engine, a_report("b", at=START + 2 * DAY)).baseline == Baseline(2, START + DAY, ())


def test_an_empty_run_reaches_the_end() -> None:
    engine = a_loading({0: 5})
    feed(engine, a_report("a", at=START + 1))
    entry = engine.apply(Run(0, 1, 5, "", (), ()))
    assert isinstance(entry, Entry)
    assert entry.baseline is not None


@pytest.mark.parametrize("ends", [{}, {0: 0}])
def test_a_tick_writes_an_entry_for_it(ends: dict[int, int]) -> None:
    engine = a_loading(ends, ClockMode.WALL)
    assert engine.found("{}").baseline is None
    assert engine.tick(START) is None
    entry = engine.tick(START + 1)
    assert entry is not None
    assert (entry.kind, entry.drained, entry.baseline) == (EntryKind.TICK, 0, Baseline(0, START + 1, ()))


def test_without_alerts_after_there_is_none() -> None:
    engine = Engine(1, 1, ClockMode.EVENT, None, {})
    assert feed(engine, a_report("a")).baseline is None


def test_a_gap_before_a_record_is_passed_before_the_record() -> None:
    engine = a_loading({0: 5})
    entry = engine.apply(Run(0, 0, 8, "", (a_report("a", at=START + 1)._replace(offset=3),), ()))
    assert isinstance(entry, Entry)
    assert entry.baseline == Baseline(1, START + 1, (Member(1, "a", 10, BandEntry(1, START + 1)),))
    engine = a_loading({0: 5})
    items = tuple(a_report(who, at=START + 1)._replace(offset=at) for who, at in [("a", 3), ("b", 7)])
    entry = engine.apply(Run(0, 0, 8, "", items, ()))
    assert isinstance(entry, Entry)
    assert entry.baseline is not None
    assert entry.baseline.last_sequence == 1


@given(st.lists(st.integers(0, 3), max_size=8), st.lists(st.integers(0, 30), max_size=5), st.integers(0, 30))
def test_any_cutting_into_runs_gives_the_same_baseline(gaps: list[int], cuts: list[int], end: int) -> None:
    offsets = [sum(gaps[: n + 1]) + n for n in range(len(gaps))]
    items = [a_report(f"p{at}", at=START + at // 4)._replace(offset=at) for at in offsets]

    def baselines(edges: list[int]) -> list[Baseline]:
        engine, found = a_loading({0: end}), []
        for start, stop in pairwise(edges):
            inside = tuple(item for item in items if start <= item.offset < stop)
            entry = engine.apply(Run(0, start, stop, "", inside, ()))
            assert isinstance(entry, Entry)
            found.append(entry.baseline)
        return [baseline for baseline in found if baseline is not None]

    assert baselines([0, 40]) == baselines([0, *sorted(cuts), 40])

"""Time passes: steps end in order, each at its own instant, and a tick ends so many of them."""

import json

from models.answers import DrainFirst
from models.clock import ClockMode
from models.contribution import Refusal, Run, Step
from models.instants import DAY
from models.journal.transition import Cause, CauseKind, Entry, EntryKind, Move
from tests.scoring.engines import (
    LIMIT,
    START,
    YEAR,
    a_report,
    a_run,
    an_engine,
    feed,
    moves,
    ranked,
    tick,
)


def test_a_step_does_not_count_at_its_own_end() -> None:
    engine = an_engine()
    feed(engine, a_report("a", 10, until=DAY))
    assert tick(engine, START + DAY - 1) == []
    (left,) = tick(engine, START + DAY)
    assert (left.as_of, left.offset, left.cause) == (
        START + DAY,
        None,
        Cause(CauseKind.EXPIRY, None, "1", "a"),
    )
    assert ranked(engine) == []


def test_a_late_report_counts_only_its_coming_steps() -> None:
    engine = an_engine()
    feed(engine, a_report("b", at=START + 2 * DAY))
    feed(engine, a_report("a", steps=(Step(START + 2 * DAY, 10), Step(START + 3 * DAY, 4))))
    assert engine.offender("a").score == 4


def test_steps_end_in_order_of_instant_then_of_id_bytes() -> None:
    engine = an_engine(size=4, exit_rank=4)
    feed(engine, *(a_report(who, until=DAY) for who in ["\U0001f600", "￿", "b"]), a_report("z", until=DAY - 1))
    left = tick(engine, START + YEAR)
    assert [change.offender_id for change in left] == ["z", "b", "￿", "\U0001f600"]
    assert [change.as_of - START for change in left] == [DAY - 1, DAY, DAY, DAY]


def test_steps_of_one_person_that_end_together_are_one_change_named_after_the_largest_fall() -> None:
    engine = an_engine(size=1, exit_rank=1)
    feed(engine, a_report("b", 5))
    steps = (Step(START + DAY, 9), Step(START + 2 * DAY, 8))
    feed(engine, a_report("a", offence_id="0", steps=steps))
    feed(engine, *(a_report("a", 3, offence_id, until=DAY) for offence_id in ["é", "z", "y"]))
    assert tick(engine, START + DAY) == []
    assert engine.offender("a").score == 8
    feed(engine, *(a_report("a", 3, offence_id, until=2 * DAY, revision=2) for offence_id in ["é", "z", "y"]))
    left, _ = tick(engine, START + 2 * DAY)
    assert left.cause.offence_id == "0"


def test_equal_falls_are_named_after_the_smallest_offence_id_in_bytes() -> None:
    engine = an_engine()
    feed(engine, *(a_report("a", 3, offence_id, until=DAY) for offence_id in ["é", "z", "y"]))
    assert tick(engine, START + DAY)[0].cause.offence_id == "y"


def test_an_entrance_foresees_its_end_as_the_others_stand() -> None:
    engine = an_engine(size=1, exit_rank=1)
    feed(engine, a_report("b", 5))
    steps = (Step(START + DAY, 9), Step(START + 2 * DAY, 6), Step(START + 3 * DAY, 4))
    _, entered = feed(engine, a_report("a", steps=steps))
    assert entered.expected_exit_at == START + 2 * DAY


def test_a_person_alone_is_expected_to_leave_with_the_last_step() -> None:
    (entered,) = feed(an_engine(), a_report("a", steps=(Step(START + DAY, 9), Step(START + 2 * DAY, 6))))
    assert entered.expected_exit_at == START + 2 * DAY


def test_a_refusal_stands_on_the_entry_and_never_moves_the_clock() -> None:
    engine = an_engine()
    entry = engine.apply(Run(0, 0, 2, "f", (), (Refusal(1, "not_json", 'ä "'),)))
    assert isinstance(entry, Entry)
    assert (entry.kind, entry.start, entry.end, entry.digest) == (EntryKind.RUN, 0, 2, "f")
    assert json.loads(entry.refusals) == [[1, "not_json", 'ä "']]
    assert "ä" in entry.refusals
    assert engine.as_of == an_engine().as_of


def test_in_wall_mode_a_run_is_applied_at_the_clock_which_never_goes_back() -> None:
    engine = an_engine(clock=ClockMode.WALL)
    engine.tick(START + DAY)
    (entered,) = feed(engine, a_report("a", at=START + 2 * DAY))
    assert entered.as_of == START + DAY


def test_too_many_ends_before_a_run_ask_for_a_tick() -> None:
    engine = an_engine()
    feed(
        engine,
        *(a_report("a", 1, str(n), until=DAY + n % 2) for n in range(LIMIT)),
        a_report("b", 1, until=DAY),
    )
    late = a_report("c", at=START + 2 * DAY)
    assert isinstance(engine.apply(a_run(engine, late), limit=LIMIT), DrainFirst)
    assert engine.as_of == START
    entry = engine.tick(START + 2 * DAY, 1)
    assert entry is not None
    assert (entry.kind, entry.drained, engine.as_of) == (EntryKind.TICK, LIMIT // 2, START + DAY)
    assert isinstance(engine.apply(a_run(engine, late), limit=LIMIT), Entry)


def test_as_many_ends_as_the_limit_need_no_tick() -> None:
    engine = an_engine()
    feed(engine, *(a_report("a", 1, str(n), until=DAY) for n in range(LIMIT)))
    entry = engine.apply(a_run(engine, a_report("c", at=START + DAY)), limit=LIMIT)
    assert isinstance(entry, Entry)
    assert entry.drained == LIMIT


def test_without_a_limit_everything_that_is_due_ends_at_once() -> None:
    for by_a_run in (False, True):
        engine = an_engine(clock=ClockMode.WALL)
        feed(engine, *(a_report(f"p{n}", until=DAY) for n in range(9_837)))
        entry = engine.apply(a_run(engine), START + DAY) if by_a_run else engine.tick(START + DAY)
        assert isinstance(entry, Entry)
        assert (entry.drained, engine.as_of, engine.next_due) == (9_837, START + DAY, None)


def test_by_the_clock_of_the_events_a_tick_that_ends_nothing_moves_nothing() -> None:
    """But where it is said that time has passed, by whoever repeats or asks."""
    engine = an_engine()
    feed(engine, a_report("a", until=DAY))
    assert engine.tick(START + DAY - 1, 1_000) is None
    assert engine.as_of == START
    assert engine.tick(START + 5, 0) is None
    assert engine.as_of == START + 5
    assert engine.tick(START + 9) is None
    assert engine.as_of == START + 9


def test_a_tick_that_may_end_nothing_stays_within_an_instant_that_is_not_over() -> None:
    engine = an_engine(clock=ClockMode.WALL)
    feed(engine, *(a_report(who, until=DAY) for who in "abc"))
    tick(engine, START + DAY, limit=2)
    for target in (START + DAY, START + 2 * DAY):
        assert engine.tick(target, limit=0) is None
        assert engine.as_of == START + DAY
    tick(engine, START + DAY)
    assert engine.tick(START + 2 * DAY, limit=0) is None
    assert engine.as_of == START + 2 * DAY


def test_a_tick_stops_before_the_change_that_would_follow_its_limit() -> None:
    engine = an_engine()
    feed(engine, *(a_report(who, until=DAY * n) for n, who in enumerate("abc", 1)))
    assert moves(tick(engine, START + YEAR, limit=2)) == [
        (Move.LEFT, "a"),
        (Move.ENTERED, "c"),
        (Move.LEFT, "b"),
    ]
    assert engine.as_of == START + 2 * DAY


def test_a_tick_that_changes_nothing_is_an_entry_only_as_a_heartbeat() -> None:
    engine = an_engine(clock=ClockMode.WALL)
    engine.found("{}")
    feed(engine)
    assert engine.tick(START + 59, heartbeat_us=60) is None
    entry = engine.tick(START + 60, heartbeat_us=60)
    assert entry is not None
    assert (entry.kind, entry.number, entry.as_of) == (EntryKind.HEARTBEAT, 3, START + 60)
    assert engine.tick(START + 119, heartbeat_us=60) is None
    assert engine.tick(START, heartbeat_us=60) is None
    assert engine.as_of == START + 119


def test_what_a_little_tick_left_over_ends_before_the_next_record() -> None:
    engine = an_engine()
    feed(engine, *(a_report(who, until=DAY) for who in "abc"))
    tick(engine, START + DAY, limit=1)
    assert ranked(engine) == ["b", "c"]
    feed(engine, a_report("d", at=START + DAY))
    assert ranked(engine) == ["d"]

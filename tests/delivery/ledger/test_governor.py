"""The governor: no more than a receiver can look at, nothing dropped, and off again when it is calm."""

import asyncio
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from delivery.numbering.governor import Capacity, plan
from delivery.numbering.line import Line
from delivery.numbering.turns import Turns
from models.delivery.record import Opened
from models.instants import Micros, format_instant, parse_instant
from tests.delivery.ledger.pages import NOW, a_page
from tests.delivery.subscribed import some_terms
from tests.delivery.test_alert_log import history, log_of

SECOND = 1_000_000
CAPACITIES = st.builds(Capacity.read, st.sampled_from(["1/min", "6/h", "2/min", "10/h", "3/d"]))
GAPS = st.lists(st.one_of(st.integers(0, 3 * SECOND), st.integers(0, 40_000 * SECOND)), min_size=1, max_size=60)


def run(capacity: Capacity, arrivals: list[int]) -> tuple[list[tuple[int, list[int]]], list[bool]]:
    """Each number that went out: when, and which alerts it holds; and the switch behind each plan."""
    waiting, coming = list[int](), list(enumerate(arrivals))
    sent, switches = list[tuple[int, list[int]]](), list[bool]()
    now, paced, is_gathering = 0, 0, False
    while waiting or coming:
        while coming and coming[0][1] <= now:
            waiting.append(coming.pop(0)[0])
        if not waiting:
            now = coming[0][1]
            continue
        found = plan(capacity, is_gathering=is_gathering, paced_until_us=paced, waiting=len(waiting), now_us=now)
        is_gathering = found.is_gathering
        switches.append(is_gathering)
        if found.act == "wait":
            assert capacity.free(paced, now + found.wait_us - 1) == 0 < capacity.free(paced, now + found.wait_us)
            now += found.wait_us
            continue
        take = 1 if found.act == "one" else len(waiting)
        sent.append((now, waiting[:take]))
        waiting, paced = waiting[take:], capacity.spent(paced, now)
    return sent, switches


@given(CAPACITIES, GAPS)
def test_every_alert_goes_out_once_in_order_and_no_more_numbers_than_can_be_looked_at(
    capacity: Capacity, gaps: list[int]
) -> None:
    arrivals = [sum(gaps[: at + 1]) for at in range(len(gaps))]
    sent, _ = run(capacity, arrivals)
    assert [one for _, held in sent for one in held] == list(range(len(arrivals)))
    for first, (begun, _) in enumerate(sent):
        for last, (ended, _) in enumerate(sent[first:], 1):
            assert last <= capacity.numbers + (ended - begun) // capacity.step_us + 1


@given(CAPACITIES, GAPS)
def test_who_is_never_too_many_is_never_gathered(capacity: Capacity, gaps: list[int]) -> None:
    arrivals = [sum(capacity.step_us + gap for gap in gaps[: at + 1]) for at in range(len(gaps))]
    sent, switches = run(capacity, arrivals)
    assert [when for when, _ in sent] == arrivals
    assert not any(switches)


def test_a_flood_is_one_digest_and_calm_ends_it() -> None:
    capacity = Capacity.read("6/h")
    flood, calm = [0] * 40, [10 * 3_600 * SECOND]
    sent, switches = run(capacity, [*flood, *calm])
    assert [len(held) for _, held in sent] == [40, 1]
    assert switches == [True, False]


def gathering(paced_until_us: Micros) -> Line:
    line = a_page().add(Opened, order=0, place=0, band=False).line
    assert line is not None
    return replace(line, gathering=True, paced_until=format_instant(paced_until_us))


def test_capacity_that_is_free_by_now_is_waited_for_no_longer() -> None:
    """It comes free between two looks at the clock: whoever waited for the next alert then would wait for ever."""
    alerts, now = log_of(history(["a", "b"], baseline=False)), parse_instant(NOW)
    turns = Turns(some_terms(capacity="1/h"), alerts, lambda: format_instant(now))
    line = gathering(Micros(now + 3_600 * SECOND))
    assert (turns.next(line), turns.wait_seconds(line)) == (None, 3_600.0)
    now = Micros(now + 3_600 * SECOND)
    assert turns.wait_seconds(line) == 0.0
    assert turns.next(line) is not None
    assert turns.wait_seconds(replace(line, place=alerts.last)) is None


def test_a_recall_for_a_contact_does_not_wait_for_capacity() -> None:
    """It counts as no number of the governor's; who is closed meanwhile wakes its contact."""
    alerts = log_of(history(["a", "b"], baseline=False))
    turns = Turns(some_terms(capacity="1/h"), alerts, lambda: NOW)
    line = gathering(Micros(parse_instant(NOW) + 3_600 * SECOND))

    async def test() -> None:
        waiting = asyncio.create_task(turns.wait(line, alerts.news))
        await asyncio.sleep(0)
        assert not waiting.done()
        alerts.wake()
        await asyncio.wait_for(waiting, 10)

    asyncio.run(test())


def test_a_clock_that_was_ahead_holds_nothing_up() -> None:
    """The ledger has the instant of a clock that was set back since."""
    capacity, ahead = Capacity.read("6/h"), 400 * 86_400 * SECOND
    found = plan(capacity, is_gathering=True, paced_until_us=ahead, waiting=9, now_us=0)
    assert (found.act, capacity.spent(ahead, 0)) == ("digest", capacity.period_us)
    empty = plan(capacity, is_gathering=True, paced_until_us=capacity.period_us, waiting=9, now_us=0)
    assert (empty.act, empty.wait_us) == ("wait", capacity.step_us)

"""The governor: no more than a receiver can look at, nothing dropped, and off again when it is calm."""

from hypothesis import given
from hypothesis import strategies as st

from delivery.numbering.governor import Capacity, plan

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

"""Whatever lies on the topic: each sequence comes once, in order, and nothing comes behind one that is missing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harmwatch_client.errors import Gap
from harmwatch_client.event import Event, read_event
from harmwatch_client.order import Order
from models.alert import alert_headers, baseline_headers, wire_bytes
from tests.client.published import a_baseline, a_move


def alert(sequence: int) -> Event:
    sent = a_move(sequence)
    event = read_event(alert_headers(sent), wire_bytes(sent), 0)
    assert event is not None
    return event


def baseline(last: int) -> Event:
    sent = a_baseline(last)
    event = read_event(baseline_headers(sent), wire_bytes(sent), 0)
    assert event is not None
    return event


def taken(events: list[Event]) -> list[int]:
    """The sequences that come, up to the first gap."""
    order, come = Order(), []
    for event in events:
        try:
            if order.take(event):
                come.append(event.sequence)
        except Gap:
            break
    return come


@given(st.lists(st.integers(1, 8), max_size=40))
def test_without_a_baseline_they_are_1_2_3(sequences: list[int]) -> None:
    come = taken([alert(sequence) for sequence in sequences])
    assert come == list(range(1, len(come) + 1))
    seen = set(sequences)
    if sequences == sorted(sequences) and seen == set(range(1, len(seen) + 1)):
        assert len(come) == len(seen)


@given(st.integers(0, 5), st.lists(st.integers(1, 9), max_size=30))
def test_behind_a_baseline_they_go_on_from_it(last: int, sequences: list[int]) -> None:
    come = taken([baseline(last), *(alert(sequence) for sequence in sequences)])
    assert come == list(range(last, last + len(come)))


def test_a_gap_stays_one_however_often_it_is_met() -> None:
    order = Order("v100", 1)
    for _ in range(2):
        with pytest.raises(Gap):
            order.take(alert(3))
    assert order.take(alert(2))
    assert order.take(alert(3))

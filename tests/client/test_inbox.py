"""An inbox takes each number once, in order, and says which one it waits for."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harmwatch_client import BadPlace, Delivery, Inbox, MemoryPlace


def a_delivery(number: int | None, follows: int | None = None, subscription: str = "desk") -> Delivery:
    before = follows if follows is not None or number is None else number - 1
    return Delivery(f"v100:{number}", "harmwatch.band.entered", subscription, number, before, None, b"")


def test_a_number_is_new_once_and_then_a_repeat() -> None:
    inbox = Inbox(MemoryPlace())
    assert inbox.take(a_delivery(1)) == "new"
    assert inbox.take(a_delivery(1)) == "new", "it was not done"
    inbox.done(a_delivery(1))
    assert inbox.take(a_delivery(1)) == "repeat"
    assert inbox.take(a_delivery(2)) == "new"


def test_one_that_is_missing_is_asked_for() -> None:
    inbox = Inbox(MemoryPlace())
    inbox.done(a_delivery(1))
    assert inbox.take(a_delivery(4)) == 2


def test_what_was_set_aside_is_not_waited_for() -> None:
    inbox = Inbox(MemoryPlace())
    inbox.done(a_delivery(1))
    assert inbox.take(a_delivery(4, follows=1)) == "new"
    inbox.done(a_delivery(4, follows=1))
    assert inbox.take(a_delivery(3)) == "repeat", "one that was sent after all, by an order that names it, is known"


def test_what_has_no_number_is_always_new_and_moves_nothing() -> None:
    place = MemoryPlace()
    inbox = Inbox(place)
    for _ in range(2):
        assert inbox.take(a_delivery(None)) == "new"
        inbox.done(a_delivery(None))
    assert place.load() is None


def test_an_inbox_goes_on_where_it_ended_and_is_of_one_subscription() -> None:
    place = MemoryPlace()
    Inbox(place).done(a_delivery(1))
    again = Inbox(place)
    assert again.take(a_delivery(1)) == "repeat"
    for ask in (again.take, again.done):
        with pytest.raises(BadPlace, match="desk"):
            ask(a_delivery(2, subscription="another"))


@pytest.mark.parametrize("text", ["", "{}", "3", '{"subscription":"desk","number":"1"}', '{"number":1}'])
def test_what_is_no_place_is_refused(text: str) -> None:
    place = MemoryPlace()
    place.save(text)
    with pytest.raises(BadPlace):
        Inbox(place)


@given(st.lists(st.integers(1, 9), max_size=50))
def test_whatever_comes_each_is_done_once_and_in_order(numbers: list[int]) -> None:
    inbox, done = Inbox(MemoryPlace()), []
    for number in numbers:
        delivery = a_delivery(number)
        match inbox.take(delivery):
            case "new":
                inbox.done(delivery)
                done.append(number)
            case "repeat":
                assert number in done
            case expected:
                assert expected == len(done) + 1 < number
    assert done == list(range(1, len(done) + 1))


def test_a_delivery_says_nothing_of_what_it_follows_only_at_the_beginning() -> None:
    assert Inbox(MemoryPlace()).take(replace(a_delivery(1), follows=0)) == "new"

"""A receiver that misses a number gets it by its own word, within bounds; beyond them a person decides."""

import asyncio
from collections.abc import Callable

import pytest

from delivery.ledger import Line, Page
from delivery.numbering.asking_back import MOST_ASKED, asked_number
from models.delivery.record import Accepted, AskedBack, Sending, SetAside, Stalled
from tests.delivery.delivering import Delivering
from tests.delivery.facts import facts_of
from tests.delivery.ledger.pages import add_intent, opened
from tests.delivery.ledger.test_rewind import Keeping
from tests.delivery.ledger.written import Written
from tests.delivery.test_delivery import accepted, in_process, numbers, receivers, said

AT, SOON, LATER = "2026-01-01T00:00:00Z", "2026-01-01T00:00:59Z", "2026-01-01T00:01:00Z"


def waiting_with(number: int) -> Page:
    """Whatever comes before it is accepted."""
    page = add_intent(opened())
    for before in range(1, number):
        add_intent(page.add(Accepted, number=before, status=204, tries=1, milliseconds=1))
    return page


def line_of(page: Page) -> Line:
    assert page.line is not None
    return page.line


def sent_again(page: Page, first: int, last: int) -> Page:
    """All but the last one are accepted."""
    for number in range(first, last + 1):
        line = line_of(page)
        page.add(
            Sending, number=number, follows=line.followed, event="alert", id="v100:1", sequence=7 + number, form=1,
            digest="a" * 64,
        )  # fmt: skip
        if number < last:
            page.add(Accepted, number=number, status=204, tries=1, milliseconds=1)
    return page


@pytest.mark.parametrize(
    ("expected", "back_to"), [(None, None), (0, None), (-1, None), (1, 1), (4, 4), (5, None), (6, None)]
)
def test_only_a_number_before_the_one_that_waits_is_gone_back_to(expected: int | None, back_to: int | None) -> None:
    assert asked_number(line_of(waiting_with(5)), expected, AT) == back_to


def test_at_most_a_thousand_numbers_are_gone_back() -> None:
    line = line_of(waiting_with(MOST_ASKED + 2))
    assert (asked_number(line, 1, AT), asked_number(line, 2, AT)) == (None, 2)


def test_what_was_set_aside_is_not_sent_again_by_a_receivers_word() -> None:
    page = add_intent(waiting_with(2).add(SetAside, number=2, order=4))
    assert asked_number(line_of(page), 2, AT) is None
    add_intent(page.add(Accepted, number=3, status=204, tries=1, milliseconds=1))
    assert asked_number(line_of(page), 2, AT) == 3


def test_a_receiver_asks_once_a_minute_and_not_before_it_has_passed_the_number_from_which_it_asked() -> None:
    page = waiting_with(5).add(AskedBack, number=2, waiting=5)
    sent_again(page, 2, 3)
    assert asked_number(line_of(page), 1, LATER) is None
    page.add(Accepted, number=3, status=204, tries=1, milliseconds=1)
    sent_again(page, 4, 5)
    assert asked_number(line_of(page), 4, LATER) is None
    add_intent(page.add(Accepted, number=5, status=204, tries=1, milliseconds=1))
    assert asked_number(line_of(page), 4, SOON) is None
    assert asked_number(line_of(page), 4, LATER) == 4


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: waiting_with(3).add(AskedBack, number=3, waiting=3),
        lambda: waiting_with(3).add(AskedBack, number=1, waiting=2),
        lambda: add_intent(waiting_with(2).add(SetAside, number=2, order=4)).add(AskedBack, number=2, waiting=3),
    ],
)
def test_going_back_to_what_does_not_come_before_the_waiting_number_is_not_written(wrong: Callable[[], Page]) -> None:
    with pytest.raises(ValueError, match=r"."):
        wrong()


def asked(written: Written, number: int) -> None:
    """`desk` goes back from the number that waits, and sends everything again up to it."""
    page = written.pages["desk"]
    waiting = line_of(page).waiting
    assert waiting is not None
    before = [written.sending("desk", one) for one in range(number, waiting.number + 1)]
    page.add(AskedBack, number=number, waiting=waiting.number)
    written.flush(page)
    for sending in before:
        written.intent("desk", sending)
        written.receipt("desk")


def test_a_going_back_by_the_receivers_word_is_verified() -> None:
    written = Written()
    written.subscribe("desk", begin=1)
    written.send("desk", 3)
    written.intent("desk")
    asked(written, 2)
    verdict = written.verdict()
    assert (verdict.faults, verdict.numbers, verdict.receipts) == ((), 4, 6)


def test_a_going_back_that_no_receiver_may_ask_for_is_named() -> None:
    """Twice in the same instant."""
    written = Written()
    written.subscribe("desk", begin=1)
    written.send("desk", 1)
    written.intent("desk")
    asked(written, 1)
    written.intent("desk")
    written.pages["desk"].add(AskedBack, number=1, waiting=3)
    written.flush(written.pages["desk"])
    (fault,) = written.verdict().faults
    assert "desk: number 3 went back to 1 by its receiver's word: it was asked at 2026-01-01T00:00:00Z" in fault


@pytest.mark.stack
def test_a_receiver_that_lost_its_place_gets_what_it_misses_as_it_was_and_then_what_comes(
    delivering: Delivering,
) -> None:
    """The second time, within a minute, it is refused, and a person hears which number it expects."""
    published, keeping = delivering.published, Keeping()

    async def test() -> None:
        async with receivers([keeping.answer]) as (desk,):
            published.enter(1, 2, 3, 4)
            delivering.subscribe({"id": "desk", "url": desk.url, "from": 1})
            async with in_process(delivering):
                await accepted(delivering, "desk", 4)
                keeping.done = 1
                published.enter(5)
                await accepted(delivering, "desk", 5)
                keeping.done = 3
                published.enter(6)
                stall = await said(delivering, lambda fact: isinstance(fact, Stalled), "desk")
                assert (stall.number, stall.status, stall.expected) == (6, 409, 4)
                (row,) = (await asyncio.to_thread(delivering.json, "subscriptions", "list", code=1))["subscriptions"]
                assert (row["waiting"], row["expected"]) == (6, 4)
            assert numbers(desk)[:10] == [1, 2, 3, 4, 5, 2, 3, 4, 5, 6]
            for number in range(2, 5):
                assert len({one.body for one in desk.received if one.event["deliverynumber"] == number}) == 1

    asyncio.run(test())
    (back,) = [fact for fact in facts_of(delivering) if isinstance(fact, AskedBack)]
    assert (back.number, back.waiting) == (2, 5)

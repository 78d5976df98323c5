"""A person pauses a subscription: nothing is sent, nothing is lost, and nobody is alarmed."""

import asyncio

import pytest

from delivery.alert_log import AlertLog
from delivery.ledger import Ledger, Line, Page
from delivery.orders import Orders, heed
from models.delivery.order import CloseOrder, Order, PauseOrder, ResumeOrder, TermsOrder, order_bytes, read_order
from models.delivery.record import Paused
from tests.delivery.delivering import Delivering
from tests.delivery.subscribed import some_terms
from tests.delivery.test_delivery import accepted, in_process, numbers, receivers, said

NOW = "2026-01-01T00:00:00Z"


def heeded(*orders: Order) -> Line:
    """What they come to, each at the offset of its place."""
    known, page = Orders(), Page("desk", None, lambda: NOW)
    for at, order in enumerate(orders):
        assert read_order(order_bytes(order)) == order
        known.take(at, order_bytes(order))
        heed(page, at, order, known, AlertLog(lambda _offset, _count: ()))
    again = Ledger()
    assert None not in [again.take(value) for value in page.values]
    assert again.lines == {"desk": page.line}
    assert page.line is not None
    return page.line


WHO = {"subscription": "desk", "by": "a", "why": "b", "at": NOW}
TERMS = TermsOrder.model_validate(WHO | {"terms": some_terms()})
PAUSE, CLOSE, RESUME = (kind.model_validate(WHO) for kind in (PauseOrder, CloseOrder, ResumeOrder))


@pytest.mark.parametrize(
    ("orders", "kind"),
    [
        ([PAUSE], "paused"), ([PAUSE, PAUSE], "paused"), ([PAUSE, RESUME], None), ([PAUSE, CLOSE], "closed"),
        ([CLOSE, PAUSE], "closed"), ([PAUSE, CLOSE, RESUME], None),
    ],
)  # fmt: skip
def test_what_is_paused_can_be_resumed_or_closed(orders: list[Order], kind: str | None) -> None:
    line = heeded(TERMS, *orders)
    assert (None if line.closed is None else line.closed.kind) == kind
    assert line.order == len(orders)


@pytest.mark.thorough
@pytest.mark.stack
def test_nothing_is_sent_while_it_is_paused_and_everything_afterwards(delivering: Delivering) -> None:
    published = delivering.published

    async def test() -> None:
        async with receivers([204], [204]) as (desk, other):
            published.enter(1)
            delivering.subscribe({"id": "desk", "url": desk.url}, {"id": "other", "url": other.url})
            async with in_process(delivering):
                await accepted(delivering, "desk", 1)
                await asyncio.to_thread(delivering.json, "subscriptions", "pause", "desk", "--why", "a rebuild")
                await said(delivering, lambda fact: isinstance(fact, Paused), "desk")
                published.enter(2, 3)
                await accepted(delivering, "other", 3)
                listed = await asyncio.to_thread(delivering.json, "subscriptions", "list")
                assert [one["state"] for one in listed["subscriptions"]] == ["paused", "open"]
                assert numbers(desk) == [1]
                await asyncio.to_thread(delivering.json, "subscriptions", "resume", "desk", "--why", "done")
                await accepted(delivering, "desk", 3)
        assert numbers(desk) == [1, 2, 3]

    asyncio.run(test())
    assert delivering.say("subscriptions", "resume", "desk", "--why", "again").code == 1

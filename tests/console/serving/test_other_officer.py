"""An open stream is of the officer who opened it: who asks by the same cookies as somebody else gets none of it."""

import asyncio

import pytest

from console import stream
from console.fan_out import FanOut
from console.officer import Officer, Role
from console.stream import EventStream
from tests.console.book import Book
from tests.console.test_stream import Page, boards

ANNA = Officer("local:anna", Role.OFFICER, signed_in=True, since=1)
WALL = Officer("local:wall-1", Role.DEVICE, signed_in=True)
PROMOTED = Officer("local:anna", Role.SUPERVISOR, signed_in=True)


@pytest.mark.parametrize("other", [WALL, PROMOTED])
def test_a_stream_ends_where_another_officer_or_role_asks_by_the_same_cookies(
    fan_out: FanOut, monkeypatch: pytest.MonkeyPatch, other: Officer
) -> None:
    monkeypatch.setattr(stream, "ASKED_SECONDS", 0.0)
    monkeypatch.setattr(stream, "FRESH_SECONDS", 0.01)
    book, now = Book(), ANNA

    async def who_asks() -> Officer:
        return now

    async def story() -> None:
        nonlocal now
        fan_out.use_loop()
        page = Page(EventStream(fan_out, book.leases(fan_out), ANNA, who_asks, 60))
        await page.until(lambda events: len(boards(events)) == 1 and len(events) >= 5)
        now = other
        await asyncio.wait_for(page.ended.wait(), 60)
        assert page.events[-1] == ("bye", {"signedOut": True})

    asyncio.run(story())
    assert {look.by for look in book.looks} == {"local:anna"}

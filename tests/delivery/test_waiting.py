"""Waiting says whether it was cut short: what follows must not be done then."""

import asyncio

import pytest

from delivery.waiting import done_before


@pytest.mark.parametrize(("is_done", "is_over"), [(True, False), (False, True), (True, True)])
def test_work_counts_as_done_only_where_no_end_came(is_done: bool, is_over: bool) -> None:
    async def test() -> bool:
        work, end, never = asyncio.Event(), asyncio.Event(), asyncio.Event()
        for event, holds in ((work, is_done), (end, is_over)):
            if holds:
                event.set()
        return await done_before(work.wait(), end.wait(), never.wait())

    assert asyncio.run(test()) == (is_done and not is_over)


def test_what_the_work_raises_is_raised() -> None:
    async def fail() -> None:
        raise OSError("away")

    async def test() -> None:
        await done_before(fail(), asyncio.Event().wait())

    with pytest.raises(OSError, match="away"):
        asyncio.run(test())

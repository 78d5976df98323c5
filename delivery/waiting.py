"""Waiting for something that may be cut short."""

import asyncio
from collections.abc import Coroutine
from typing import Any


async def done_before(work: Coroutine[Any, Any, object], *ends: Coroutine[Any, Any, object]) -> bool:
    """Waits for the first of them, and cancels the others: whether it was the work, and none of the ends as well.

    Raises what the work raises.
    """
    tasks = [asyncio.create_task(one) for one in (work, *ends)]
    task = tasks[0]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        over = [one for one in tasks if one.done()]
        for one in tasks:
            one.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    if task in over:
        task.result()
    return over == [task]

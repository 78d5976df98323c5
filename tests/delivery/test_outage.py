"""When receivers come back from an outage, all that waits leaves behind one pause, in order."""

import asyncio
import json
from collections import defaultdict

import pytest
from aiohttp import web

from delivery.pause import Pace
from tests.client.published import a_move
from tests.delivery.delivering import Delivering
from tests.delivery.receiver import Receiver
from tests.delivery.test_delivery import in_process

LINES, WAITING = 10, 50
PAUSE_SECONDS = 2.0


@pytest.mark.stack
def test_lines_pause_once_more_and_then_send_all_that_waits_without_a_pause(delivering: Delivering) -> None:
    """Each has just been refused when the receivers come back: nothing can be worse (`python -m bench deliver`)."""
    is_back, came = asyncio.Event(), defaultdict[str, list[int]](list)

    async def answer(request: web.Request) -> int:
        if not is_back.is_set():
            return 503
        came[request.path].append(json.loads(await request.read())["deliverynumber"])
        return 204

    async def test() -> None:
        async with Receiver([answer]).serving() as receiver:
            entries = [{"id": f"r{at}", "url": f"{receiver.base}/{at}", "from": 1} for at in range(LINES)]
            await asyncio.to_thread(delivering.subscribe, *entries)
            delivering.published.send(*[a_move(sequence) for sequence in range(1, WAITING + 1)])
            async with in_process(delivering, Pace(first=PAUSE_SECONDS, longest=PAUSE_SECONDS)):
                async with asyncio.timeout(60):
                    while len({one.path for one in receiver.received}) < LINES:
                        await asyncio.sleep(0.01)
                is_back.set()
                async with asyncio.timeout(WAITING * PAUSE_SECONDS / 2):  # with a pause each it would take twice that
                    while not all(WAITING in came[f"/{at}"] for at in range(LINES)):
                        await asyncio.sleep(0.01)
        for numbers in came.values():
            assert numbers == list(range(1, WAITING + 1))

    asyncio.run(test())

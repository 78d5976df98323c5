"""A receiver that lost its place, and does not say which number comes next, gets it by a person's word."""

import asyncio
import json

import pytest
from aiohttp import web

from models.delivery.record import Accepted, Rewound, Sending, Stalled
from tests.delivery.delivering import Delivering
from tests.delivery.facts import facts_of
from tests.delivery.receiver import Receiver
from tests.delivery.test_delivery import accepted, arrived, in_process, numbers, receivers, said

pytestmark = pytest.mark.stack


class Keeping:
    """Takes a number where what it follows is done; `says`: else it names the next; `refuses` one for now."""

    def __init__(self) -> None:
        self.done, self.refuses, self.says = 0, 0, True

    async def answer(self, request: web.Request) -> web.Response:
        event = json.loads(await request.read())
        if event["deliverynumber"] == self.refuses:
            return web.Response(status=503)
        if event["follows"] > self.done:
            return web.json_response({"expected": self.done + 1} if self.says else {}, status=409)
        self.done = max(self.done, event["deliverynumber"])
        return web.Response(status=204)


@pytest.mark.thorough
def test_what_a_receiver_lost_is_sent_again_as_it_was_no_matter_who_is_in_office(delivering: Delivering) -> None:
    published, keeping = delivering.published, Keeping()

    async def before() -> Receiver:
        async with receivers([keeping.answer]) as (desk,):
            published.enter(1, 2, 3, 4)
            delivering.subscribe({"id": "desk", "url": desk.url, "from": 1})
            async with in_process(delivering):
                await accepted(delivering, "desk", 4)
                keeping.done, keeping.says = 1, False
                published.enter(5)
                stall = await said(delivering, lambda fact: isinstance(fact, Stalled), "desk")
                assert (stall.number, stall.status, stall.expected) == (5, 409, None)
                keeping.refuses = 3
                words = ("deliveries", "rewind", "desk", "--from", "2", "--why", "they took a backup back")
                assert (await asyncio.to_thread(delivering.json, *words))["last"] == 5
                await arrived_twice(desk, 3)
            keeping.refuses = 0
            async with in_process(delivering):
                await accepted(delivering, "desk", 5)
                published.enter(6)
                await arrived(desk, 6)
                await accepted(delivering, "desk", 6)
            return desk

    desk = asyncio.run(before())
    log = numbers(desk)
    again = log[len(log) - log[::-1].index(2) - 1 :]
    assert [number for at, number in enumerate(again) if at == 0 or again[at - 1] != number] == [2, 3, 4, 5, 6]
    for number in range(2, 6):
        assert len({one.body for one in desk.received if one.event["deliverynumber"] == number}) == 1
    steps = [
        (fact.kind, fact.number)
        for fact in facts_of(delivering)
        if isinstance(fact, Sending | Accepted | Rewound) and (fact.kind, fact.number) != ("sending", 5)
    ]
    taken = [(kind, number) for number in (2, 3, 4) for kind in ("sending", "accepted")]
    first = [("sending", 1), ("accepted", 1), *taken]
    assert steps == [*first, ("rewound", 2), *taken, ("accepted", 5), ("sending", 6), ("accepted", 6)]
    rows = delivering.json("deliveries", "list")["deliveries"]
    assert [(row["number"], row["times"]) for row in rows] == [(1, 1), (2, 2), (3, 2), (4, 2), (5, 2), (6, 1)]
    assert delivering.json("deliveries", "show", "desk", "3")["body_is_the_same"]


async def arrived_twice(receiver: Receiver, number: int) -> None:
    async with asyncio.timeout(60):
        while numbers(receiver).count(number) < 2:
            await asyncio.sleep(0.02)


def test_what_was_never_sent_is_not_sent_again(delivering: Delivering) -> None:
    delivering.subscribe({"id": "desk"})
    refused = delivering.say("deliveries", "rewind", "desk", "--from", "1", "--why", "a test")
    assert (refused.code, "number 1 was never sent to desk" in refused.errors) == (1, True)
    assert delivering.say("deliveries", "rewind", "nobody", "--from", "1", "--why", "a test").code == 1

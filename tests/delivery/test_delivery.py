"""Delivery from end to end: real topics, real receivers, deliverers that die."""

import asyncio
import random
import signal
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import groupby
from typing import Any

import pytest
from aiohttp import web

from delivery.deliverer import deliver
from delivery.pause import Pace
from delivery.secrets import Secrets
from models.delivery.record import Accepted, Closed, Delivery, HandedOver, Sending, SetAside, Stalled
from runtime.settings import Settings
from tests.client.published import Published, a_move
from tests.delivery.delivering import Delivering, await_that
from tests.delivery.facts import facts_of
from tests.delivery.receiver import Answer, Answering, Receiver

pytestmark = pytest.mark.stack
QUICK = Pace(first=0.05, longest=0.3, refused=0.3, stalls_after=0.5)


@asynccontextmanager
async def receivers(*answers: list[Answer | Answering]) -> AsyncIterator[list[Receiver]]:
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(Receiver(list(one)).serving()) for one in answers]


@asynccontextmanager
async def in_process(delivering: Delivering, pace: Pace | None = None) -> AsyncIterator[None]:
    """A deliverer in this process, which is quick to try again."""
    published, stop = delivering.published, asyncio.Event()
    settings = Settings(kafka=published.brokers, prefix=published.prefix)
    work = asyncio.create_task(deliver(settings, Secrets(delivering.folder / "secrets"), stop, pace=pace or QUICK))
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait_for(work, 60)


def numbers(receiver: Receiver) -> list[int]:
    return [one.event["deliverynumber"] for one in receiver.received]


async def arrived(receiver: Receiver, number: int, seconds: float = 60) -> None:
    try:
        async with asyncio.timeout(seconds):
            while number not in numbers(receiver):
                await asyncio.sleep(0.05)
    except TimeoutError:
        pytest.fail(f"{number} has not arrived, but {numbers(receiver)}")


async def accepted(delivering: Delivering, subscription: str, number: int) -> None:
    """Its receipt is there."""
    await said(delivering, lambda fact: isinstance(fact, Accepted | HandedOver) and fact.number == number, subscription)


async def said(delivering: Delivering, holds: Callable[[Any], bool], subscription: str) -> Any:
    """The first fact of a subscription for which it holds."""
    facts: list[Delivery] = []
    try:
        async with asyncio.timeout(60):
            while True:
                facts = await asyncio.to_thread(facts_of, delivering)
                for fact in facts:
                    if fact.subscription == subscription and holds(fact):
                        return fact
    except TimeoutError:
        pytest.fail(f"of {subscription} not yet, but {facts}")


def assert_in_order(log: list[int], last: int, repeats: int) -> None:
    """1, 2, 3 and so on; what comes again comes directly behind, and that so often at most."""
    runs = [(number, len(list(same))) for number, same in groupby(log)]
    assert [number for number, _ in runs] == list(range(1, last + 1)), log
    assert sum(times - 1 for _, times in runs) <= repeats, log


def assert_receipts(facts: list[Delivery], subscription: str, last: int, receipt: type[Delivery] = Accepted) -> None:
    mine = [fact for fact in facts if fact.subscription == subscription]
    steps = [(type(fact), fact.number) for fact in mine if isinstance(fact, Sending | Accepted | HandedOver)]
    assert steps == [(kind, number) for number in range(1, last + 1) for kind in (Sending, receipt)]


def publishing(published: Published, sequences: range, seconds: float) -> threading.Thread:
    """Alerts come while deliverers die."""

    def publish() -> None:
        for sequence in sequences:
            published.enter(sequence)
            threading.Event().wait(seconds)

    thread = threading.Thread(target=publish)
    thread.start()
    return thread


def test_two_receivers_get_every_number_though_the_deliverer_is_killed(delivering: Delivering) -> None:
    published = delivering.published

    async def test() -> list[list[int]]:
        async with receivers([204], [200]) as (desk, board):
            published.enter(1, 2, 3)
            delivering.subscribe({"id": "desk", "url": desk.url}, {"id": "board", "url": board.url, "from": "now"})
            with delivering.deliverer() as first:
                await arrived(desk, 1)
                with delivering.deliverer("second.log"):
                    thread = await asyncio.to_thread(publishing, published, range(4, 44), 0.02)
                    await arrived(desk, 12)
                    first.send_signal(signal.SIGKILL)
                    await asyncio.to_thread(thread.join)
                    await arrived(desk, 41)
                    await arrived(board, 40)
                    await accepted(delivering, "desk", 41)
                    await accepted(delivering, "board", 40)
            return [numbers(desk), numbers(board)]

    desk, board = asyncio.run(test())
    assert_in_order(desk, 41, 1)
    assert_in_order(board, 40, 1)
    facts = facts_of(delivering)
    assert_receipts(facts, "desk", 41)
    assert_receipts(facts, "board", 40)


@pytest.mark.thorough
@pytest.mark.timeout(240)  # seven deliverers, each of which waits until the session of the one before is over
@pytest.mark.parametrize("seed", range(3))
def test_whenever_it_is_killed_at_most_one_request_comes_again(delivering: Delivering, seed: int) -> None:
    draw, published, kills, each = random.Random(seed), delivering.published, 5, 12
    last = 1 + kills * each

    async def test() -> list[list[int]]:
        async with receivers([204], [200], [204]) as got:
            published.enter(1)
            delivering.subscribe(*[{"id": f"r{number}", "url": one.url} for number, one in enumerate(got)])
            with delivering.deliverer():
                for one in got:
                    await arrived(one, 1)
            for kill in range(kills):
                # Alerts of its own, so that something is on its way however long the successor takes.
                thread = publishing(published, range(2 + kill * each, 2 + (kill + 1) * each), 0.1)
                with delivering.deliverer():
                    before = len(got[0].received)
                    async with asyncio.timeout(80):
                        while len(got[0].received) <= before:
                            await asyncio.sleep(0.01)
                    await asyncio.sleep(draw.uniform(0, 0.3))
                await asyncio.to_thread(thread.join)
            with delivering.deliverer():
                for number, one in enumerate(got):
                    await arrived(one, last)
                    await accepted(delivering, f"r{number}", last)
            return [numbers(one) for one in got]

    for number, log in enumerate(asyncio.run(test())):
        assert_in_order(log, last, kills + 1)
        assert_receipts(facts_of(delivering), f"r{number}", last)


@pytest.mark.thorough
def test_a_deliverer_that_was_stopped_and_wakes_up_is_fenced(delivering: Delivering) -> None:
    """SIGSTOP looks to it as if no time had passed: it still believes that it is in office, and retries."""
    published = delivering.published

    async def test() -> list[int]:
        async with receivers([500]) as (desk,):
            published.enter(1)
            delivering.subscribe({"id": "desk", "url": desk.url})
            with delivering.deliverer() as first:
                await arrived(desk, 1)
                with delivering.deliverer("second.log"):
                    first.send_signal(signal.SIGSTOP)
                    await asyncio.to_thread(await_that, lambda: "in office" in delivering.log("second.log"), 30, str)
                    desk.answers[:] = [204]
                    published.enter(2, 3)
                    await arrived(desk, 3)
                    first.send_signal(signal.SIGCONT)
                    await asyncio.to_thread(await_that, lambda: "out of office" in delivering.log(), 30, delivering.log)
                    published.enter(4)
                    await arrived(desk, 4)
                    await accepted(delivering, "desk", 4)
            return numbers(desk)

    log = asyncio.run(test())
    assert log == sorted(log)
    assert log[log.index(2) :] == [2, 3, 4]


def test_one_that_refuses_hangs_or_lies_holds_nobody_else(delivering: Delivering) -> None:
    published = delivering.published

    async def hang(_: web.Request) -> int:
        await asyncio.sleep(40)
        return 204

    async def test() -> None:
        async with receivers([204], [400], [hang], [204], [hang], [204]) as (good, refusing, hanging, thin, stuck, new):
            published.enter(1)
            delivering.subscribe(
                {"id": "good", "url": good.url}, {"id": "refusing", "url": refusing.url},
                {"id": "hanging", "url": hanging.url, "timeout_seconds": 1},
                {"id": "stuck", "url": stuck.url, "timeout_seconds": 30},
                {"id": "away", "url": "http://127.0.0.1:1/hook"},
                {"id": "thin", "url": thin.url, "content": "thin"},
            )  # fmt: skip
            async with in_process(delivering):
                await arrived(good, 1)
                published.send(*[a_move(sequence) for sequence in range(2, 60)])
                await arrived(good, 59)
                await arrived(thin, 59)
                for name, cause, status in (
                    ("refusing", "refused", 400), ("hanging", "no_answer", None), ("away", "unreachable", None)
                ):  # fmt: skip
                    stall = await said(delivering, lambda fact: isinstance(fact, Stalled), name)
                    assert (stall.number, stall.cause, stall.status) == (1, cause, status)
                entries = [{"id": "stuck", "url": stuck.url}, {"id": "new", "url": new.url}]
                await asyncio.to_thread(delivering.subscribe, *entries)  # the first waits for its request
                await accepted(delivering, "new", 1)
                refusing.answers[:] = [204]
                await arrived(refusing, 59)
                await accepted(delivering, "refusing", 59)
        assert set(numbers(hanging)) == {1}
        assert numbers(good) == numbers(thin) == list(range(1, 60))
        for one in thin.received:
            assert b"p1" not in one.body
            assert "subject" not in one.event
        assert thin.received[1].event["data"].keys() == {"alert_id", "sequence", "transition", "as_of", "policy"}

    asyncio.run(test())


def test_what_was_closed_and_what_cannot_be_taken_goes_on_by_a_persons_word(delivering: Delivering) -> None:
    published = delivering.published

    async def test() -> None:
        async with receivers([410], [204, 413]) as (gone, picky):
            published.enter(1)
            delivering.subscribe({"id": "gone", "url": gone.url}, {"id": "picky", "url": picky.url})
            async with in_process(delivering):
                await said(delivering, lambda fact: isinstance(fact, Closed), "gone")
                await accepted(delivering, "picky", 1)
                assert (await asyncio.to_thread(delivering.say, "subscriptions", "list")).code == 1
                published.enter(2, 3)
                await said(delivering, lambda fact: isinstance(fact, Stalled), "picky")
                listed = (await asyncio.to_thread(delivering.json, "subscriptions", "list", code=1))["subscriptions"]
                assert [(one["subscription"], one["state"]) for one in listed] == [
                    ("gone", "closed"),
                    ("picky", "stalled"),
                ]
                assert listed[0]["cause"] == "gone"
                assert (listed[1]["waiting"], listed[1]["cause"], listed[1]["status"]) == (2, "refused", 413)

                gone.answers[:] = [204]
                await asyncio.to_thread(
                    delivering.json, "subscriptions", "resume", "gone", "--from", "place", "--why", "mended"
                )
                await asyncio.to_thread(delivering.json, "deliveries", "skip", "picky", "2", "--why", "too large")
                await said(delivering, lambda fact: isinstance(fact, SetAside), "picky")
                picky.answers[:] = [204]
                await accepted(delivering, "picky", 3)
                await accepted(delivering, "gone", 3)
                assert (await asyncio.to_thread(delivering.say, "subscriptions", "list")).code == 0
        assert picky.received[-1].event["follows"] == 1
        assert numbers(gone) == [1, 1, 2, 3]

    asyncio.run(test())
    shown = delivering.json("deliveries", "show", "picky", "2")
    assert (shown["delivery"]["state"], shown["body_is_the_same"]) == ("set_aside", True)
    assert [one["status"] for one in shown["stalls"]] == [413]
    assert delivering.json("deliveries", "show", "gone", "1")["body_is_the_same"]
    rows = delivering.json("deliveries", "list", "--alert", "v100:2")["deliveries"]
    assert [(row["subscription"], row["number"], row["state"]) for row in rows] == [
        ("picky", 2, "set_aside"), ("gone", 2, "accepted")
    ]  # fmt: skip
    for words in (
        ("deliveries", "skip", "picky", "2"),
        ("subscriptions", "resume", "gone"),
        ("subscriptions", "close", "x"),
    ):
        assert delivering.say(*words, "--why", "again").code == 1

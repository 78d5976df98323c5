"""What a deliverer does not do: go past a gap, send what its intent does not say, or begin without what it needs."""

import asyncio
import signal
from contextlib import closing

import pytest

from broker.clients import producer
from broker.security import Brokers
from delivery.deliverer import deliver, office_name
from delivery.ledger import Page
from delivery.secrets import Secrets
from models.delivery.record import Opened, Sending, Stalled
from models.errors import PreconditionFailed, Unproved
from models.topics import DELIVERIES
from runtime.settings import Settings
from tests.client.published import Published
from tests.delivery.delivering import Delivering, await_that
from tests.delivery.receiver import Receiver
from tests.delivery.test_delivery import accepted, arrived, in_process, numbers, receivers, said
from tests.end_to_end.installation import say

pytestmark = pytest.mark.stack


def test_nothing_is_delivered_past_a_gap(delivering: Delivering) -> None:
    published = delivering.published

    async def test() -> Receiver:
        async with receivers([204]) as (desk,):
            published.enter(1)
            delivering.subscribe({"id": "desk", "url": desk.url})
            work = asyncio.create_task(until_it_fails(desk))
            with pytest.raises(Unproved, match="alert 3 is missing"):
                await work
        return desk

    async def until_it_fails(desk: Receiver) -> None:
        async with in_process(delivering):
            await arrived(desk, 1)
            published.enter(2)
            await arrived(desk, 2)
            published.enter(4, 5)
            await asyncio.sleep(2)

    assert numbers(asyncio.run(test())) == [1, 2]


def test_what_is_not_what_the_intent_says_is_not_sent(delivering: Delivering) -> None:
    """The ledger names another body than alerts.v1 makes: one of them is forged, or of another form."""
    published = delivering.published
    page = Page("desk", None, lambda: "2026-01-01T00:00:00Z").add(Opened, order=0, place=0, band=False)
    page.add(
        Sending, number=1, follows=0, event="alert", id="v100:1", sequence=1, form=1, digest="0" * 64
    )  # fmt: skip

    async def test() -> None:
        async with receivers([204], [204]) as (desk, other):
            published.enter(1)
            delivering.subscribe({"id": "desk", "url": desk.url}, {"id": "other", "url": other.url})
            write(published, page)
            async with in_process(delivering):
                stall = await said(delivering, lambda fact: isinstance(fact, Stalled), "desk")
                await accepted(delivering, "other", 1)
        assert (stall.number, stall.cause) == (1, "changed")
        assert desk.received == []

    asyncio.run(test())
    assert not delivering.json("deliveries", "show", "desk", "1")["body_is_the_same"]


def write(published: Published, page: Page) -> None:
    brokers = Brokers([published.brokers])
    with closing(producer(brokers, office_name(Settings(prefix=published.prefix)))) as sender:
        sender.init_transactions()
        sender.begin_transaction()
        for value in page.values:
            sender.send(published.prefix + DELIVERIES.name, key=page.key, value=value, partition=0)
        sender.commit_transaction()
    published.settle()


def test_a_start_without_what_it_needs_is_refused(delivering: Delivering, published: Published) -> None:
    kept = delivering.environment
    told = say({name: value for name, value in kept.items() if name != "HARMWATCH_SECRETS"}, "deliver")
    assert (told.code, "HARMWATCH_SECRETS is empty" in told.errors) == (2, True)
    told = say(kept | {"HARMWATCH_PREFIX": "nowhere-"}, "deliver")
    assert told.code == 1
    assert "topic nowhere-alerts.v1, nowhere-deliveries.v1, nowhere-delivery-orders.v1 is missing" in told.errors
    assert published.topic


def test_the_name_that_elects_and_fences_is_that_of_the_topics() -> None:
    """A standby with another board would be elected by itself, and fence nobody."""
    names = {office_name(Settings(prefix="p-", board=board)) for board in ("v100", "other")}
    assert names == {"p-harmwatch-deliver"}


def test_the_alerts_of_another_board_are_not_delivered(delivering: Delivering) -> None:
    published = delivering.published
    published.enter(1)
    settings = Settings(kafka=published.brokers, prefix=published.prefix, board="other")

    async def test() -> None:
        async with asyncio.timeout(30):
            await deliver(settings, Secrets(delivering.folder / "secrets"), asyncio.Event())

    with pytest.raises(PreconditionFailed, match=r"alerts\.v1 is of board v100, and HARMWATCH_BOARD is other"):
        asyncio.run(test())


def test_a_changed_recipient_is_another_subscription(delivering: Delivering) -> None:
    delivering.subscribe({"id": "desk"}, {"id": "other"})
    assert delivering.subscribe({"id": "desk", "timeout_seconds": 3}) == {
        "opened": [], "changed": ["desk"], "unchanged": [], "not_in_file": ["other"]
    }  # fmt: skip
    delivering.write({"id": "desk", "recipient": "Somebody else", "content": "thin"})
    told = delivering.say("subscriptions", "apply", delivering.file, "--why", "a test")
    assert told.code == 2
    assert "line 1: desk: recipient was 'Custody desk': another one is another subscription" in told.errors
    assert "line 1: desk: content was 'full'" in told.errors


@pytest.mark.thorough
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_within_five_seconds_and_lets_the_next_one_begin_at_once(
    delivering: Delivering, number: signal.Signals
) -> None:
    async def hang(_: object) -> int:
        await asyncio.sleep(30)
        return 204

    async def test() -> None:
        async with receivers([204], [hang]) as (desk, hanging):
            delivering.published.enter(1)
            delivering.subscribe({"id": "desk", "url": desk.url}, {"id": "hanging", "url": hanging.url})
            with delivering.deliverer() as first:
                await accepted(delivering, "desk", 1)
                await arrived(hanging, 1)
                with delivering.deliverer("second.log"):
                    await asyncio.to_thread(await_that, lambda: "standing by" in delivering.log("second.log"), 20, str)
                    first.send_signal(number)
                    assert await asyncio.to_thread(first.wait, 5) == 0
                    await asyncio.to_thread(await_that, lambda: "in office" in delivering.log("second.log"), 6, str)
            assert "Traceback" not in delivering.log()

    asyncio.run(test())

"""A deliverer that is overtaken between an answer and its receipt: the number comes once more, with one receipt."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing

import pytest
from aiohttp import web

from broker.clients import PartitionReader
from broker.security import Brokers
from delivery.alert_log import AlertLog
from delivery.couriers.desk import Desk
from delivery.ledger_reader import LedgerReader
from delivery.ledger_writer import LedgerWriter
from delivery.orders import Orders
from delivery.writer import Writer
from models.errors import Unavailable
from models.topics import DELIVERIES
from tests.delivery.delivering import Delivering
from tests.delivery.facts import facts_of
from tests.delivery.receiver import Receiver
from tests.delivery.test_alert_log import history, log_of
from tests.delivery.test_courier import NOW, a_courier, a_writer, an_opening
from tests.delivery.test_delivery import QUICK, assert_receipts, numbers

pytestmark = pytest.mark.stack
LAST = 3


@asynccontextmanager
async def a_term(delivering: Delivering, alerts: AlertLog) -> AsyncIterator[Desk]:
    """Fences, reads the ledger to its end, and writes it on."""
    published = delivering.published
    writer = await asyncio.to_thread(a_writer, delivering)
    with closing(PartitionReader(Brokers([published.brokers]), published.prefix + DELIVERIES.name, 0)) as topic:
        reader = LedgerReader(topic)
        await asyncio.to_thread(reader.read_all)
    ledger_writer = LedgerWriter(writer, reader.ledger)
    work = asyncio.create_task(ledger_writer.run())
    try:
        yield Desk(
            alerts, reader.ledger, ledger_writer, QUICK, lambda: NOW, "v100", lambda _subscription, _first: {}, Orders()
        )
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        ledger_writer.close()


async def deliver_all(delivering: Delivering, desk: Desk, receiver: Receiver) -> None:
    courier = a_courier(delivering, desk, receiver)
    work = asyncio.create_task(courier.run())
    async with asyncio.timeout(60):
        while desk.ledger.lines["desk"].number < LAST and not work.done():
            await asyncio.sleep(0.01)
    courier.stop()
    await work


def overtaken_at_2(delivering: Delivering) -> Receiver:
    """While its receiver answers number 2 somebody else fences; then that one delivers."""
    alerts = log_of(history(["a", "b", "c"], baseline=False))

    async def overtake(_: web.Request) -> int:
        successor = await asyncio.to_thread(a_writer, delivering)
        await asyncio.to_thread(successor.close)
        return 204

    async def test() -> Receiver:
        async with Receiver([204, overtake, 204]).serving() as receiver:
            async with a_term(delivering, alerts) as desk:
                await desk.ledger_writer.write(an_opening())
                with pytest.raises(Unavailable):
                    await deliver_all(delivering, desk, receiver)
            async with a_term(delivering, alerts) as desk:
                await deliver_all(delivering, desk, receiver)
        return receiver

    return asyncio.run(test())


def test_a_number_whose_receipt_was_lost_comes_once_more_as_it_was(delivering: Delivering) -> None:
    receiver = overtaken_at_2(delivering)
    assert numbers(receiver) == [1, 2, 2, 3]
    assert receiver.received[1].body == receiver.received[2].body
    assert_receipts(facts_of(delivering), "desk", LAST)


def test_a_receipt_without_a_fence_is_caught(delivering: Delivering, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mutant: each has a transactional id of its own, so that nobody is fenced."""
    begin = Writer.__init__

    def unfenced(self: Writer, brokers: Brokers, name: str, topic: str, group: str) -> None:
        begin(self, brokers, f"{name}-{uuid.uuid4()}", topic, group)

    monkeypatch.setattr(Writer, "__init__", unfenced)
    with pytest.raises(pytest.fail.Exception, match="DID NOT RAISE"):
        overtaken_at_2(delivering)

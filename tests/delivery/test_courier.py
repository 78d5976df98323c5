"""A courier with a real ledger on Kafka: what it does not send, and what does not end its term."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from broker.security import Brokers
from delivery.alert_log import AlertLog
from delivery.bodies import FORM, make_body
from delivery.courier import Courier, Desk
from delivery.ledger import Ledger, Page
from delivery.pen import Pen
from delivery.secrets import Secrets
from delivery.told import Told
from delivery.webhook import Webhook
from delivery.writer import Writer
from models.delivery.record import Opened, Sending
from models.errors import Unavailable
from models.topics import DELIVERIES
from tests.delivery.delivering import Delivering
from tests.delivery.receiver import Receiver
from tests.delivery.subscribed import some_terms
from tests.delivery.test_alert_log import history, log_of
from tests.delivery.test_delivery import QUICK

pytestmark = pytest.mark.stack
NOW = "2026-01-01T00:00:00Z"


def a_writer(delivering: Delivering) -> Writer:
    """Whoever makes another one fences it."""
    published = delivering.published
    topic = published.prefix + DELIVERIES.name
    writer = Writer(Brokers([published.brokers]), f"{published.prefix}office", topic, f"{published.prefix}office")
    writer.fence()
    return writer


@asynccontextmanager
async def in_office(delivering: Delivering, alerts: AlertLog, page: Page) -> AsyncIterator[Desk]:
    ledger = Ledger()
    for value in page.values:
        assert ledger.take(value) is not None
    pen = Pen(a_writer(delivering), ledger)
    work = asyncio.create_task(pen.run())
    try:
        yield Desk(alerts, ledger, pen, QUICK, lambda: NOW, "v100")
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        pen.close()


def an_opening() -> Page:
    return Page("desk", None, lambda: NOW).add(Opened, order=0, place=0, band=False)


def a_courier(delivering: Delivering, desk: Desk, receiver: Receiver) -> Courier:
    terms = some_terms(url=receiver.url)
    return Courier(desk, terms, Webhook(terms, Secrets(delivering.folder / "secrets")))


def test_an_inherited_number_is_not_sent_by_one_that_was_fenced_meanwhile(delivering: Delivering) -> None:
    events = history(["a"], baseline=False)
    told = Told.of(events[0])
    body = make_body(told, "desk", "full", 1, 0)
    page = an_opening().add(
        Sending, number=1, follows=0, event="alert", id=told.id, sequence=1, form=FORM,
        digest=hashlib.sha256(body).hexdigest(),
    )  # fmt: skip

    async def test() -> None:
        async with Receiver().serving() as receiver, in_office(delivering, log_of(events), page) as desk:
            successor = await asyncio.to_thread(a_writer, delivering)
            with pytest.raises(Unavailable):
                await asyncio.wait_for(a_courier(delivering, desk, receiver).run(), 20)
            await asyncio.to_thread(successor.close)
        assert receiver.received == []

    asyncio.run(test())

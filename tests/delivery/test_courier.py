"""A courier with a real ledger on Kafka: what it does not send, and what does not end its term."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

import delivery.alert_log
from broker.security import Brokers
from delivery.alert_log import AlertLog
from delivery.bodies import FORM, make_body
from delivery.couriers.courier import Courier
from delivery.couriers.desk import Desk
from delivery.delivery_event import DeliveryEvent
from delivery.ledger import Ledger, Page
from delivery.ledger_writer import LedgerWriter
from delivery.orders import Orders
from delivery.secrets import Secrets
from delivery.sinks.pagerduty import PagerDutySink
from delivery.sinks.webhook import Webhook
from delivery.writer import Writer
from harmwatch_client import Event
from models.delivery.record import Opened, Paused, Resumed, Sending
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
    ledger_writer = LedgerWriter(a_writer(delivering), ledger)
    work = asyncio.create_task(ledger_writer.run())
    try:
        yield Desk(
            alerts, ledger, ledger_writer, QUICK, lambda: NOW, "v100", lambda _subscription, _first: {}, Orders()
        )
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        ledger_writer.close()


def an_opening() -> Page:
    return Page("desk", None, lambda: NOW).add(Opened, order=0, place=0, band=False)


def a_courier(delivering: Delivering, desk: Desk, receiver: Receiver) -> Courier:
    terms = some_terms(url=receiver.url)
    return Courier(desk, terms, Webhook(terms, Secrets(delivering.folder / "secrets")))


def test_an_inherited_number_is_not_sent_by_one_that_was_fenced_meanwhile(delivering: Delivering) -> None:
    events = history(["a"], baseline=False)
    told = DeliveryEvent.of(events[0])
    body = make_body(told, "desk", "full", 1, 0)
    page = an_opening().add(
        Sending, number=1, follows=0, event="alert", id=told.id, sequence=1, form=FORM,
        digest=hashlib.sha256(body).hexdigest(),
    )  # fmt: skip

    async def test() -> None:
        async with Receiver().serving() as receiver, in_office(delivering, log_of(events), page) as desk:
            successor = await asyncio.to_thread(a_writer, delivering)
            with pytest.raises(Unavailable):
                await asyncio.wait_for(a_courier(delivering, desk, receiver).run(), 60)
            await asyncio.to_thread(successor.close)
        assert receiver.received == []

    asyncio.run(test())


def test_alerts_that_cannot_be_read_again_make_their_courier_wait_and_end_nothing(
    delivering: Delivering, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The receipt of number 1 is written though what comes next is on Kafka alone, which does not give it now."""
    monkeypatch.setattr(delivery.alert_log, "_NEWEST", 1)
    events, is_away = history(["a", "b", "c"], baseline=False), True

    def fetch(offset: int, count: int) -> Sequence[Event]:
        if is_away and offset > 0:
            raise Unavailable("Kafka is away")
        return [event for event in events if event.offset >= offset][: 1 if is_away else count]

    async def test() -> None:
        nonlocal is_away
        alerts = AlertLog(fetch)
        for event in events:
            alerts.take(event)
        async with Receiver().serving() as receiver, in_office(delivering, alerts, an_opening()) as desk:
            courier = a_courier(delivering, desk, receiver)
            work = asyncio.create_task(courier.run())
            async with asyncio.timeout(60):
                while (line := desk.ledger.lines["desk"]).number < 1 or line.waiting is not None:
                    await asyncio.sleep(0.01)
                await asyncio.sleep(3 * QUICK.first)
                assert (len(receiver.received), work.done()) == (1, False)
                is_away = False
                while desk.ledger.lines["desk"].number < len(events):
                    await asyncio.sleep(0.01)
            courier.stop()
            await work

    asyncio.run(test())


def test_who_cannot_know_a_repeat_is_tried_twice_without_an_answer_and_then_a_person_looks(
    delivering: Delivering,
) -> None:
    """Whoever takes over does not try again; when a person resumes it, it is tried twice more."""
    events = history(["a"], baseline=False)

    async def drop(request: web.Request) -> int:
        assert request.transport is not None
        request.transport.close()
        return 599

    async def term(desk: Desk, receiver: Receiver) -> None:
        terms = some_terms(sink="pagerduty", url=receiver.base)
        courier = Courier(desk, terms, PagerDutySink(terms, Secrets(delivering.folder / "secrets"), None))
        work = asyncio.create_task(courier.run())
        async with asyncio.timeout(60):
            while (stalled := desk.ledger.lines["desk"].stalled) is None:
                await asyncio.sleep(0.01)
        assert (stalled.cause, stalled.tries) == ("no_answer", 2)
        await asyncio.sleep(3 * QUICK.longest)
        courier.stop()
        await work

    async def test() -> None:
        async with (
            Receiver([drop]).serving() as receiver,
            in_office(delivering, log_of(events), an_opening()) as desk,
        ):
            for _ in range(2):
                await term(desk, receiver)
                assert len(receiver.received) == 2
            page = Page("desk", desk.ledger.lines["desk"], desk.now)
            await desk.ledger_writer.write(page.add(Paused, order=1).add(Resumed, order=2))
            await term(desk, receiver)
            assert len(receiver.received) == 4

    asyncio.run(test())

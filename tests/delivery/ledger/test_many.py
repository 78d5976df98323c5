"""A hundred subscribers, of which thirty are sick, and deliverers that die: every log is whole. Mutants are caught."""

import asyncio
import signal
import threading
from collections import defaultdict
from typing import Any

import pytest

from cli.audit.delivered import verify_deliveries
from delivery.courier import Courier
from delivery.outcome import Outcome
from delivery.sinks.webhook import Webhook
from models.delivery.record import Delivery
from runtime.settings import Settings
from tests.client.published import Published, a_move
from tests.delivery.delivering import Delivering
from tests.delivery.facts import facts_of
from tests.delivery.ledger.hall import SICK, Hall, judge, judge_facts
from tests.delivery.test_delivery import in_process

pytestmark = pytest.mark.stack
HEALTHY, ILL = 70, 30
ALERTS = 1_000
KILLS = 3


def subscribe(delivering: Delivering, hall: Hall) -> None:
    """Each from the first alert on."""
    delivering.subscribe(*[
        {"id": f"r{at}", "url": f"{hall.url}/{at}", "from": 1, "timeout_seconds": 3} for at in range(len(hall.logs))
    ])  # fmt: skip


def publishing(published: Published, last: int, seconds: float) -> threading.Thread:
    def publish() -> None:
        for first in range(1, last + 1, 20):
            published.send(*[a_move(sequence) for sequence in range(first, min(first + 20, last + 1))])
            threading.Event().wait(seconds)

    thread = threading.Thread(target=publish)
    thread.start()
    return thread


async def reached(hall: Hall, kind: str, number: int, seconds: float) -> None:
    """Every receiver of a kind has accepted a number."""
    async with asyncio.timeout(seconds):
        while not all((number, 204) in log.entries for log in hall.logs if log.kind == kind):
            await asyncio.sleep(0.1)


def by_subscription(delivering: Delivering) -> dict[str, list[Delivery]]:
    found: dict[str, list[Delivery]] = defaultdict(list)
    for fact in facts_of(delivering):
        found[fact.subscription].append(fact)
    return found


@pytest.mark.thorough
@pytest.mark.timeout(600)  # 70,000 requests and three successions
def test_a_hundred_subscribers_get_every_number_in_order_though_thirty_are_sick_and_deliverers_die(
    delivering: Delivering,
) -> None:
    kinds = ["healthy"] * HEALTHY + [SICK[at % len(SICK)] for at in range(ILL)]

    async def test() -> Hall:
        async with Hall(kinds).serving() as hall:
            await asyncio.to_thread(subscribe, delivering, hall)
            thread = publishing(delivering.published, ALERTS, 0.2)
            for kill in range(KILLS):
                with delivering.deliverer() as process:
                    await reached(hall, "healthy", (kill + 1) * ALERTS // (KILLS + 2), 120)
                    process.send_signal(signal.SIGKILL)
            with delivering.deliverer():
                await asyncio.to_thread(thread.join)
                await reached(hall, "healthy", ALERTS, 240)
                await asyncio.sleep(2)  # the last receipts
            return hall

    hall = asyncio.run(test())
    facts = by_subscription(delivering)
    for at, log in enumerate(hall.logs):
        judge(log, KILLS + 1)
        judge_facts(facts[f"r{at}"], log)
    settings = Settings(kafka=delivering.published.brokers, prefix=delivering.published.prefix)
    verdict = verify_deliveries(settings)
    assert (verdict.faults, verdict.foreign, verdict.subscriptions) == ((), (), HEALTHY + ILL)
    assert verdict.receipts >= HEALTHY * ALERTS


def judge_all(hall: Hall) -> None:
    for log in hall.logs:
        judge(log, 0)


async def a_receipt_before_the_answer(self: Courier) -> None:
    """The place moves on, whatever the receiver says."""
    sending = self._line.waiting
    assert sending is not None
    body = await self._patiently(lambda: self._maker.body_of(sending))
    assert body is not None
    await self._receipt(sending, Outcome(None, 204), 1)
    await self._sink.send(sending.id, body)


async def two_in_flight(self: Courier) -> None:
    """A request is not waited for."""
    sending = self._line.waiting
    assert sending is not None
    body = await self._patiently(lambda: self._maker.body_of(sending))
    assert body is not None
    assert isinstance(self._sink, Webhook)
    hook = Webhook(self._terms, self._sink._secrets)
    running = asyncio.create_task(hook.send(sending.id, body))
    running.add_done_callback(lambda _: asyncio.create_task(hook.close()))
    await self._receipt(sending, Outcome(None, 204), 1)


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("deliver", "caught"),
    [
        pytest.param(None, None, id="as it is"),
        pytest.param(a_receipt_before_the_answer, "came, and .* was answered", id="place before the answer"),
        pytest.param(two_in_flight, "requests at once", id="two in flight"),
    ],
)
def test_the_judge_passes_the_courier_and_catches_its_mutants(
    delivering: Delivering, monkeypatch: pytest.MonkeyPatch, deliver: Any, caught: str | None
) -> None:
    """One receiver says 503 to each number first; another takes its time."""
    if deliver is not None:
        monkeypatch.setattr(Courier, "_deliver", deliver)

    async def test() -> Hall:
        async with Hall(["falters", "healthy"], 0.1).serving() as hall:
            await asyncio.to_thread(subscribe, delivering, hall)
            delivering.published.send(*[a_move(sequence) for sequence in range(1, 6)])
            async with in_process(delivering), asyncio.timeout(40):
                while not all(any(number == 5 for number, _ in log.entries) for log in hall.logs):
                    await asyncio.sleep(0.05)
                while deliver is None and not all((5, 204) in log.entries for log in hall.logs):
                    await asyncio.sleep(0.05)
                await asyncio.sleep(0.5)  # the last receipts
            return hall

    hall = asyncio.run(test())
    if caught is None:
        facts = by_subscription(delivering)
        for at, log in enumerate(hall.logs):
            judge(log, 0)
            judge_facts(facts[f"r{at}"], log)
    else:
        with pytest.raises(AssertionError, match=caught):
            judge_all(hall)

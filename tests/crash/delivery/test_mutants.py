"""The judges of deliveries can fail: mutants of the courier, and of who takes over, are caught; as it is, it passes."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

import delivery.deliverer
from delivery.couriers.courier import Courier
from delivery.ledger import Ledger
from delivery.outcome import Outcome
from delivery.sinks.webhook import Webhook
from models.delivery.record import Sending
from tests.client.published import Published, a_move
from tests.crash.delivery.hall import Hall
from tests.crash.delivery.judges import judge, judge_facts, written_by
from tests.delivery.delivering import Delivering
from tests.delivery.test_delivery import in_process

pytestmark = [pytest.mark.stack, pytest.mark.thorough]
BEFORE, BETWEEN, AFTER = 3, 3, 1
"""So many alerts come in a first term, while nobody is in office, and in a second term."""


@pytest.fixture
def delivering(stack_environment: dict[str, str], tmp_path: Any) -> Any:
    published = Published(stack_environment)
    yield Delivering(published, tmp_path)
    published.close()


async def the_body(courier: Courier, sending: Sending) -> bytes:
    body = await courier._maker.body_of(sending)
    assert body is not None
    return body


def waiting(courier: Courier) -> Sending:
    assert courier._line.waiting is not None
    return courier._line.waiting


async def a_receipt_before_the_answer(self: Courier) -> None:
    """The place moves on, whatever the receiver says."""
    sending = waiting(self)
    body = await the_body(self, sending)
    await self._receipt(sending, Outcome(None, 204), 1)
    await self._sink.send(sending.id, body)


async def two_in_flight(self: Courier) -> None:
    """A request is not waited for."""
    sending = waiting(self)
    body = await the_body(self, sending)
    assert isinstance(self._sink, Webhook)
    hook = Webhook(self._terms, self._sink._secrets)
    running = asyncio.create_task(hook.send(sending.id, body))
    running.add_done_callback(lambda _: asyncio.create_task(hook.close()))
    await self._receipt(sending, Outcome(None, 204), 1)


async def an_intent_after_the_request(self: Courier) -> bool:
    """Written down is what has left already."""
    page, news = self._page(), self._desk.alerts.news
    told = await self._maker.next(self._line)
    if told is None:
        await self._while_agreed(news.wait())
        return False
    self._maker.add_intent(page, page.line or self._line, told)
    assert page.line is not None
    assert page.line.waiting is not None
    body = await the_body(self, page.line.waiting)
    while (await self._sink.send(page.line.waiting.id, body)).cause is not None:
        await asyncio.sleep(0.05)
    await self._write(page)
    await self._receipt(page.line.waiting, Outcome(None, 204), 1)
    return False


def a_place_at_the_end_of_the_topic(ledger: Ledger, last_alert: int, last_order: int) -> None:
    """As by the offset of a group, which moves on with what was read: a successor takes it for what was told."""
    assert last_order >= 0
    for name, line in ledger.lines.items():
        ledger.lines[name] = replace(line, place=last_alert)


Mutate = Callable[[pytest.MonkeyPatch], None]
MUTANTS: dict[str, tuple[Mutate, str]] = {
    "place before the answer": (
        lambda patch: patch.setattr(Courier, "_deliver", a_receipt_before_the_answer), "came, and .* was answered"
    ),
    "two in flight": (lambda patch: patch.setattr(Courier, "_deliver", two_in_flight), "requests at once"),
    "intent after the request": (
        lambda patch: patch.setattr(Courier, "_write_next", an_intent_after_the_request), "came before its intent"
    ),
    "ledger from the offset of a group": (
        lambda patch: patch.setattr(delivery.deliverer, "check_reach", a_place_at_the_end_of_the_topic),
        "number 4 tells of alert 7|the last one is 3|continues nothing",
    ),
}  # fmt: skip


def two_terms(delivering: Delivering) -> Hall:
    """One receiver says 503 to each number first; another takes its time."""
    sequences = iter(range(1, BEFORE + BETWEEN + AFTER + 1))

    def publish(count: int) -> None:
        delivering.published.send(*[a_move(next(sequences)) for _ in range(count)])

    async def heard(hall: Hall, number: int) -> None:
        """Or nothing more comes, as of a mutant."""
        with suppress(TimeoutError):
            async with asyncio.timeout(10):
                while not all(log.last >= number and log.at_once == 0 for log in hall.logs):
                    await asyncio.sleep(0.05)
        await asyncio.sleep(0.5)  # what follows, and the last receipts

    async def test() -> Hall:
        async with Hall(["falters", "healthy"], 0.1).serving() as hall:
            entries = [{"id": f"r{at}", "url": f"{hall.url}/{at}", "from": 1} for at in range(2)]
            await asyncio.to_thread(delivering.subscribe, *entries)
            publish(BEFORE)
            async with in_process(delivering):
                await heard(hall, BEFORE)
            publish(BETWEEN)
            async with in_process(delivering):
                publish(AFTER)
                await heard(hall, BEFORE + BETWEEN + AFTER)
            return hall

    return asyncio.run(test())


def judge_all(hall: Hall, delivering: Delivering) -> None:
    written = written_by(delivering)
    for at, log in enumerate(hall.logs):
        judge(log, ())
        judge_facts(written[f"r{at}"], log)
        assert log.last == BEFORE + BETWEEN + AFTER, f"the last one is {log.last}"


def test_the_judges_pass_the_courier_as_it_is(delivering: Delivering) -> None:
    judge_all(two_terms(delivering), delivering)


@pytest.mark.parametrize("name", MUTANTS)
def test_the_judges_catch_a_mutant(delivering: Delivering, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    mutate, caught = MUTANTS[name]
    mutate(monkeypatch)
    hall = two_terms(delivering)
    with pytest.raises(AssertionError, match=caught):
        judge_all(hall, delivering)

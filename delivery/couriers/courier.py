"""The courier of one subscription: the next alert, its intent, the request, its receipt; never two requests at once."""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from typing import Any, TypeVar

from delivery.couriers.agreement import AgreementClock
from delivery.couriers.clock import steady_seconds
from delivery.couriers.desk import Desk
from delivery.couriers.escalations import Escalations
from delivery.couriers.line_writer import LineWriter
from delivery.couriers.sender import Sender
from delivery.couriers.stalls import StallWriter
from delivery.ledger import Line, Page
from delivery.numbering.asking_back import asked_number
from delivery.numbering.body_maker import BodyMaker
from delivery.numbering.contacts import stand_ins
from delivery.outcome import Cause, Outcome
from delivery.pause import next_pause
from delivery.sinks.sink import Sink
from delivery.waiting import done_before
from models.delivery.record import (
    Accepted,
    AskedBack,
    Closed,
    Ended,
    Gathering,
    HandedOver,
    Recalled,
    Sending,
)
from models.delivery.terms import Terms
from models.errors import Unavailable, WrongUse
from runtime.events import Event, happened

_Read = TypeVar("_Read")
log = logging.getLogger(__name__)


class Courier:
    """Ends when it is told to, or when the subscription is closed.

    Raises Unavailable where it cannot write, Unproved where alerts.v1 tells something else than was sent by it.
    """

    def __init__(self, desk: Desk, terms: Terms, sink: Sink) -> None:
        self._desk, self._terms, self._sink = desk, terms, sink
        self._asked_to_stop = asyncio.Event()
        self._writer = LineWriter(desk, terms.id)
        self._sender = Sender(desk, terms, sink, self._writer)
        self._agreement = AgreementClock(terms.until, desk.now, lambda: self._line)
        self._stalls = StallWriter(desk, terms, self._writer)
        self._escalations = Escalations(desk, terms.id)
        self._maker = BodyMaker(
            terms, self._line.opened, desk.alerts, desk.orders, desk.intents, desk.board, desk.now, desk.keys
        )

    def stop(self) -> None:
        """A request that is under way is waited for, and its receipt is written."""
        self._asked_to_stop.set()

    async def run(self) -> None:
        """Delivers."""
        try:
            await self._patiently(lambda: self._maker.check_history(self._line))
            while self._line.closed is None and not self._asked_to_stop.is_set():
                if self._agreement.is_over():
                    await self._end()
                    continue
                if self._line.waiting is None and not await self._write_next():
                    continue
                await self._deliver()
        finally:
            await self._sink.close()

    @property
    def _line(self) -> Line:
        return self._writer.line

    def _page(self) -> Page:
        return self._writer.page()

    async def _write(self, page: Page) -> None:
        await self._writer.write(page)

    async def _write_next(self) -> bool:
        """The next intent; False: there is none yet, and something has happened since."""
        page, news = self._page(), self._desk.alerts.news
        for other, recall in self._stand_ins():
            facts = recall.model_dump(include={"order", "alert_id", "sequence", "asked"})
            page.add(Recalled, instead_of=other, **facts)
        if (switch := self._maker.turns.switch(self._line)) is not None:
            page.add(Gathering, on=switch[0], waiting=switch[1])
        stall = self._escalations.due()
        found = await self._patiently(lambda: self._maker.next(page.line or self._line, stall))
        if found is None:
            await self._write(page)
            await self._while_agreed(self._maker.turns.wait(self._line, news), *self._escalations.ends())
            return False
        self._maker.add_intent(page, page.line or self._line, found)
        await self._write(page)
        return True

    def _stand_ins(self) -> Iterator[tuple[str, Recalled]]:
        return stand_ins(self._desk.ledger.lines, self._terms.id, self._desk.orders, self._desk.alerts)

    def _is_to_end(self) -> bool:
        return self._asked_to_stop.is_set() or self._agreement.is_over()

    async def _patiently(self, read: Callable[[], Awaitable[_Read]]) -> _Read | None:
        """What is read of alerts.v1, as soon as it can be: others may need nothing of it. None: it is to stop."""
        pause = None
        while not self._asked_to_stop.is_set():
            try:
                return await read()
            except Unavailable as error:
                pause = next_pause(self._desk.pace, pause, Outcome(Cause.UNREACHABLE), random.uniform)
                facts = happened(Event.NO_ALERTS, subscription=self._terms.id)
                log.warning("%s: %s; again in %.1f s", self._terms.id, error, pause, extra=facts)
                await self._until_stopped(asyncio.sleep(pause))
        return None

    async def _deliver(self) -> None:
        """Tries until it is accepted, closed, or told to stop."""
        sending = self._line.waiting
        assert sending is not None
        body = await self._patiently(lambda: self._maker.body_of(sending))
        tries, pause, begun, unanswered = 0, None, time.monotonic(), 0
        while not self._is_to_end():
            if self._stalls.is_held():
                await self._while_agreed(self._asked_to_stop.wait())
                continue
            if tries or not self._writer.is_sure:
                await self._desk.ledger_writer.prove()  # a successor may be at it by now
            outcome = Outcome(Cause.CHANGED) if body is None else await self._send_number(sending, body)
            tries += 1
            self._count(sending, outcome)
            if outcome.cause is None:
                await self._receipt(sending, outcome, tries)
                return
            if outcome.cause is Cause.GONE:
                await self._close()
                return
            if await self._went_back(sending, outcome):
                return
            pause = next_pause(self._desk.pace, pause, outcome, random.uniform)
            unanswered += outcome.cause is Cause.NO_ANSWER
            seconds = self._stalls.lasts(outcome, unanswered, time.monotonic() - begun + pause)
            await self._stalls.say(sending, outcome, tries, seconds)
            await self._pause(pause)

    def _count(self, sending: Sending, outcome: Outcome) -> None:
        said = "accepted" if outcome.cause is None else outcome.cause.value
        self._desk.tried(sending, said, outcome.milliseconds / 1_000)

    async def _close(self) -> None:
        await self._write(self._page().add(Closed, order=None))
        self._desk.alerts.wake()  # another subscription may have to hear of its recalls
        log.warning("%s: its receiver has closed it (410)", self._terms.id, extra=self._writer.facts(Event.CLOSED))

    async def _end(self) -> None:
        """What waits and begins a stay is not sent any more; an end of one, or a recall, is."""
        waiting = self._line.waiting
        is_wanted = waiting is not None and (
            waiting.event == "recall" or (waiting.event == "alert" and self._desk.alerts.is_end(waiting.sequence))
        )
        await self._write(self._page().add(Ended, number=None if waiting is None or is_wanted else waiting.number))
        log.warning("%s: its agreement has ended", self._terms.id, extra=self._writer.facts(Event.CLOSED))

    async def _receipt(self, sending: Sending, outcome: Outcome, tries: int) -> None:
        """With the intent of what comes next, where that is at hand: one transaction for both."""
        was_stalled, page = self._line.stalled is not None, self._page()
        kind = Accepted if self._terms.sink == "webhook" else HandedOver
        page.add(
            kind, number=sending.number, status=outcome.status or 0, tries=tries, milliseconds=outcome.milliseconds
        )
        line, is_over = page.line or self._line, self._is_to_end()
        is_other = is_over or self._escalations.due() is not None or next(self._stand_ins(), None) is not None
        if not is_other and (found := self._maker.at_hand(line)) is not None:
            self._maker.add_intent(page, line, found)
        await self._write(page)
        if was_stalled:
            log.info(
                "%s: number %d is accepted",
                self._terms.id,
                sending.number,
                extra=self._writer.facts(Event.FLOWS, number=sending.number),
            )

    async def _went_back(self, sending: Sending, outcome: Outcome) -> bool:
        """Where a webhook's receiver asks for a number that it may ask for. Other sinks count no numbers."""
        now, is_asked = self._desk.now(), self._terms.sink == "webhook"
        number = asked_number(self._line, outcome.expected, now) if is_asked else None
        if number is None:
            return False
        await self._write(self._page().add(AskedBack, number=number, waiting=sending.number))
        facts = self._writer.facts(Event.WENT_BACK, number=number, waiting=sending.number)
        log.warning("%s: goes back to number %d, as its receiver asks", self._terms.id, number, extra=facts)
        return True

    async def _send_number(self, sending: Sending, body: bytes) -> Outcome:
        try:
            leaving = await self._maker.leaving(sending, body)
        except (Unavailable, WrongUse):  # the key store is away, or nobody has named it
            return Outcome(Cause.KEYS)
        return await self._sender.send(sending.id, leaving)

    async def _pause(self, seconds: float) -> None:
        """Between two tries; who waits long hears that."""
        until = steady_seconds() + seconds
        while (left := until - steady_seconds()) > 0 and not self._is_to_end():
            await self._while_agreed(asyncio.sleep(left))

    async def _while_agreed(self, work: Coroutine[Any, Any, object], *others: Coroutine[Any, Any, object]) -> None:
        """The same, or for others, or for the agreement's end, or for the next heartbeat, which is sent then."""
        ends: list[Coroutine[Any, Any, object]] = [self._asked_to_stop.wait(), *others]
        if self._agreement.has_end:
            ends.append(self._agreement.over())
        if self._sender.has_heartbeats:
            ends.append(asyncio.sleep(self._sender.quiet_seconds))
        await done_before(work, *ends)
        is_over = self._asked_to_stop.is_set() or self._agreement.left() <= 0
        if self._sender.quiet_seconds <= 0 and not is_over:
            await self._sender.send_heartbeat()

    async def _until_stopped(self, work: Coroutine[Any, Any, object]) -> None:
        """Waits for something, or for the word to stop."""
        await done_before(work, self._asked_to_stop.wait())

"""The courier of one subscription: the next alert, its intent, the request, its receipt; never two requests at once."""

import asyncio
import logging
import math
import random
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from delivery.alert_log import AlertLog
from delivery.heartbeats import MOST_FAILURES, BoardPulse, Heartbeats, make_heartbeat
from delivery.intents import Intents
from delivery.ledger import Ledger, Line, Page
from delivery.numbering.asking_back import asked_number
from delivery.numbering.body_maker import BodyMaker
from delivery.numbering.contacts import stand_ins
from delivery.numbering.places import Rounds
from delivery.orders import Orders
from delivery.outcome import Cause, Outcome
from delivery.pause import Pace, next_pause
from delivery.pen import Pen
from delivery.sinks.sink import Sink
from delivery.view import Tried
from delivery.waiting import done_before
from models.delivery.record import (
    Accepted,
    AskedBack,
    Closed,
    Ended,
    Gathering,
    HandedOver,
    Recalled,
    Resumed,
    Sending,
    Stalled,
)
from models.delivery.terms import KNOWS_NO_REPEAT, Terms
from models.errors import Unavailable, WrongUse
from models.instants import parse_instant
from models.key_store import KeyStore
from runtime.events import Event, happened

_SURE_SECONDS = 1.0
"""For so long after Kafka took something from this courier nothing asks whether it is still in office."""

_UNANSWERED = 2
"""So often something is tried without an answer where a repeat cannot be known."""

_LOOK_SECONDS = 60.0
"""How often somebody who waits looks at the clock again."""

_Read = TypeVar("_Read")
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Desk:
    """What all couriers of a term share; `now` in RFC 3339, `intents` reads those of a subscription once more."""

    alerts: AlertLog
    ledger: Ledger
    pen: Pen
    pace: Pace
    now: Callable[[], str]
    board: str
    intents: Intents
    orders: Orders
    pulse: Callable[[], BoardPulse | None] = lambda: None
    """the journal's newest entry; None: it cannot be read"""

    keys: KeyStore | None = None
    """for subscriptions that get names of a sealed board in clear"""

    rounds: Rounds = field(default_factory=lambda: Rounds(time.monotonic))
    """which lines are to write their places"""

    tried: Tried = lambda *_: None


class Courier:
    """Ends when it is told to, or when the subscription is closed.

    Raises Unavailable where it cannot write, Unproved where alerts.v1 tells something else than was sent by it.
    """

    def __init__(self, desk: Desk, terms: Terms, sink: Sink) -> None:
        self._desk, self._terms, self._sink = desk, terms, sink
        self._told_to_stop = asyncio.Event()
        self._sure_until = -math.inf
        self._beats = Heartbeats(terms, _seconds())
        self._maker = BodyMaker(
            terms, self._line.opened, desk.alerts, desk.orders, desk.intents, desk.board, desk.now, desk.keys
        )

    def stop(self) -> None:
        """A request that is under way is waited for, and its receipt is written."""
        self._told_to_stop.set()

    async def run(self) -> None:
        """Delivers."""
        try:
            await self._patiently(lambda: self._maker.check_history(self._line))
            while self._line.closed is None and not self._told_to_stop.is_set():
                if self._is_over():
                    await self._end()
                    continue
                if self._line.waiting is None and not await self._write_next():
                    continue
                await self._deliver()
        finally:
            await self._sink.close()

    @property
    def _line(self) -> Line:
        return self._desk.ledger.lines[self._terms.id]

    def _page(self) -> Page:
        return Page(self._terms.id, self._line, self._desk.now)

    async def _write_next(self) -> bool:
        """The next intent; False: there is none yet, and something has happened since."""
        page, news = self._page(), self._desk.alerts.news
        for other, recall in self._stand_ins():
            facts = recall.model_dump(include={"order", "alert_id", "sequence", "asked"})
            page.add(Recalled, instead_of=other, **facts)
        if (switch := self._maker.turns.switch(self._line)) is not None:
            page.add(Gathering, on=switch[0], waiting=switch[1])
        found = await self._patiently(lambda: self._maker.next(page.line or self._line))
        if found is None:
            await self._write(page)
            await self._while_agreed(self._news_or_capacity(news))
            return False
        self._maker.add_intent(page, page.line or self._line, found)
        await self._write(page)
        return True

    def _stand_ins(self) -> Iterator[tuple[str, Recalled]]:
        return stand_ins(self._desk.ledger.lines, self._terms.id, self._desk.orders, self._desk.alerts)

    async def _news_or_capacity(self, news: asyncio.Event) -> None:
        """Returns when another alert has come; where the governor gathers, when its receiver can look at more."""
        seconds = self._maker.turns.wait_seconds(self._line)
        await (news.wait() if seconds is None else asyncio.sleep(seconds))

    async def _patiently(self, read: Callable[[], Awaitable[_Read]]) -> _Read | None:
        """What is read of alerts.v1, as soon as it can be: others may need nothing of it. None: it is to stop."""
        pause = None
        while not self._told_to_stop.is_set():
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
        while not self._told_to_stop.is_set() and not self._is_over():
            if self._is_held():
                await self._while_agreed(self._told_to_stop.wait())
                continue
            if tries or _seconds() > self._sure_until:
                await self._desk.pen.prove()  # a successor may be at it by now
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
            seconds = self._lasts(outcome, unanswered, time.monotonic() - begun + pause)
            await self._say_stalled(sending, outcome, tries, seconds)
            await self._pause(pause)

    def _is_held(self) -> bool:
        """Who cannot know a repeat may have got it twice by now: a person looks before it is tried again."""
        stalled = self._line.stalled
        return self._terms.sink in KNOWS_NO_REPEAT and stalled is not None and stalled.cause == Cause.NO_ANSWER

    def _lasts(self, outcome: Outcome, unanswered: int, seconds: float) -> float:
        """For so long it is not accepted; without an answer it is tries that count for who cannot know a repeat."""
        if self._terms.sink not in KNOWS_NO_REPEAT or outcome.cause is not Cause.NO_ANSWER:
            return seconds
        return math.inf if unanswered >= _UNANSWERED else 0.0

    def _count(self, sending: Sending, outcome: Outcome) -> None:
        said = "accepted" if outcome.cause is None else outcome.cause.value
        self._desk.tried(sending, said, outcome.milliseconds / 1_000)

    async def _close(self) -> None:
        await self._write(self._page().add(Closed, order=None))
        self._desk.alerts.wake()  # another subscription may have to hear of its recalls
        log.warning("%s: its receiver has closed it (410)", self._terms.id, extra=self._facts(Event.CLOSED))

    def _left(self) -> float:
        """Seconds until the agreement ends."""
        until = self._terms.until
        return math.inf if until is None else (parse_instant(until) - parse_instant(self._desk.now())) / 1_000_000

    def _is_over(self) -> bool:
        """Whether the agreement has ended, and the ledger does not say so yet."""
        return self._line.ended is None and self._left() <= 0

    async def _end(self) -> None:
        """What waits and begins a stay is not sent any more; an end of one, or a recall, is."""
        waiting = self._line.waiting
        is_wanted = waiting is not None and (
            waiting.event == "recall" or (waiting.event == "alert" and self._desk.alerts.is_end(waiting.sequence))
        )
        await self._write(self._page().add(Ended, number=None if waiting is None or is_wanted else waiting.number))
        log.warning("%s: its agreement has ended", self._terms.id, extra=self._facts(Event.CLOSED))

    async def _receipt(self, sending: Sending, outcome: Outcome, tries: int) -> None:
        """With the intent of what comes next, where that is at hand: one transaction for both."""
        was_stalled, page = self._line.stalled is not None, self._page()
        kind = Accepted if self._terms.sink == "webhook" else HandedOver
        page.add(
            kind, number=sending.number, status=outcome.status or 0, tries=tries, milliseconds=outcome.milliseconds
        )
        line, is_over = page.line or self._line, self._told_to_stop.is_set() or self._is_over()
        is_other = is_over or next(self._stand_ins(), None) is not None
        if not is_other and (found := self._maker.at_hand(line)) is not None:
            self._maker.add_intent(page, line, found)
        await self._write(page)
        if was_stalled:
            log.info(
                "%s: number %d is accepted",
                self._terms.id,
                sending.number,
                extra=self._facts(Event.FLOWS, number=sending.number),
            )

    async def _went_back(self, sending: Sending, outcome: Outcome) -> bool:
        """Where a webhook's receiver asks for a number that it may ask for. Other sinks count no numbers."""
        now, is_asked = self._desk.now(), self._terms.sink == "webhook"
        number = asked_number(self._line, outcome.expected, now) if is_asked else None
        if number is None:
            return False
        await self._write(self._page().add(AskedBack, number=number, waiting=sending.number))
        facts = self._facts(Event.WENT_BACK, number=number, waiting=sending.number)
        log.warning("%s: goes back to number %d, as its receiver asks", self._terms.id, number, extra=facts)
        return True

    async def _say_stalled(self, sending: Sending, outcome: Outcome, tries: int, seconds: float) -> None:
        """At once where only a person can mend it, else after a while; once for each cause."""
        cause, known = outcome.cause, self._line.stalled
        assert cause is not None
        lasts = cause.needs_a_person or seconds > self._desk.pace.stalls_after
        expected = outcome.expected if (outcome.expected or 0) < sending.number else None
        says = (cause.value, outcome.status, expected)
        if not lasts or (known is not None and (known.cause, known.status, known.expected) == says):
            return
        page = self._page().add(
            Stalled, number=sending.number, cause=cause.value, status=outcome.status, tries=tries, expected=expected
        )
        await self._write(page)
        facts = self._facts(Event.STALLED, number=sending.number, cause=cause.value, status=outcome.status)
        told = "%s: number %d is not accepted: %s%s"
        status = "" if outcome.status is None else f" ({outcome.status})"
        log.warning(told, self._terms.id, sending.number, cause.value, status, extra=facts)

    async def _write(self, page: Page) -> None:
        begun = _seconds()
        if page.values and self._desk.rounds.is_due(self._terms.id):
            page.add_places()
        await self._desk.pen.write(page)
        self._desk.rounds.count(len(page.values))
        self._sure_until = begun + _SURE_SECONDS

    def _facts(self, event: Event, **facts: str | int | None) -> dict[str, object]:
        return happened(event, subscription=self._terms.id, **facts)

    async def _send_number(self, sending: Sending, body: bytes) -> Outcome:
        try:
            leaving = await self._maker.leaving(sending, body)
        except (Unavailable, WrongUse):  # the key store is away, or nobody has named it
            return Outcome(Cause.KEYS)
        return await self._send(sending.id, leaving)

    async def _send(self, identity: str, body: bytes) -> Outcome:
        outcome = await self._sink.send(identity, body)
        self._beats.heard(_seconds())
        self._beats.be_silent(_seconds(), outcome.retry_after_seconds)
        return outcome

    async def _beat_if_due(self) -> None:
        """Says how it stands, if nothing was sent for long. What is answered moves nothing."""
        if self._beats.left(_seconds()) > 0 or self._told_to_stop.is_set() or self._left() <= 0:
            return
        await self._desk.pen.prove()  # a successor knows better
        desk, alerts = self._desk, self._desk.alerts
        board, pulse = alerts.board or desk.board, desk.pulse()
        outcome = await self._send(
            *make_heartbeat(self._line, board, alerts.last, desk.now(), pulse, self._beats.every)
        )
        await self._hear(outcome)

    async def _hear(self, outcome: Outcome) -> None:
        """Three in a row that are not answered stand in the ledger, and so does the first that is again."""
        stalled, number = self._line.stalled, self._line.number
        self._beats.failures = 0 if outcome.cause is None else self._beats.failures + 1
        if outcome.cause is None and stalled is not None and stalled.cause == Cause.HEARTBEAT:
            await self._write(self._page().add(Resumed, order=None))
        if self._beats.failures == MOST_FAILURES and stalled is None:
            waiting = self._line.waiting
            facts = {"number": number if waiting is None else waiting.number, "tries": MOST_FAILURES}
            await self._write(self._page().add(Stalled, cause=Cause.HEARTBEAT.value, status=outcome.status, **facts))
            said = self._facts(Event.STALLED, number=number, cause=Cause.HEARTBEAT.value, status=outcome.status)
            log.warning("%s: heartbeats are not answered", self._terms.id, extra=said)

    async def _pause(self, seconds: float) -> None:
        """Between two tries; who waits long hears that."""
        until = _seconds() + seconds
        while (left := until - _seconds()) > 0 and not self._is_over() and not self._told_to_stop.is_set():
            await self._while_agreed(asyncio.sleep(left))

    async def _while_agreed(self, work: Coroutine[Any, Any, object]) -> None:
        """The same, or for the agreement's end, or for the next heartbeat, which is sent then."""
        ends: list[Coroutine[Any, Any, object]] = [self._told_to_stop.wait()]
        if self._terms.until is not None and self._line.ended is None:
            ends.append(self._over())
        if self._terms.heartbeat_seconds is not None and self._line.ended is None:
            ends.append(asyncio.sleep(self._beats.left(_seconds())))
        await done_before(work, *ends)
        await self._beat_if_due()

    async def _over(self) -> None:
        """Returns when the agreement has ended; a clock may be set meanwhile."""
        while (left := self._left()) > 0:
            await asyncio.sleep(min(left, _LOOK_SECONDS))

    async def _until_stopped(self, work: Coroutine[Any, Any, object]) -> None:
        """Waits for something, or for the word to stop."""
        await done_before(work, self._told_to_stop.wait())


def _seconds() -> float:
    """Of a clock that goes on while the machine sleeps, where there is one."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))

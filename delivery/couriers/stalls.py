"""When the ledger says that a number is not accepted, and when a person has to look first."""

import logging
import math

from delivery.couriers.desk import Desk
from delivery.couriers.line_writer import LineWriter
from delivery.outcome import Cause, Outcome
from models.delivery.record import Sending, Stalled
from models.delivery.terms import KNOWS_NO_REPEAT, Terms
from runtime.events import Event

_UNANSWERED = 2
"""So often something is tried without an answer where a repeat cannot be known."""

log = logging.getLogger(__name__)


class StallWriter:
    """One subscription's."""

    def __init__(self, desk: Desk, terms: Terms, writer: LineWriter) -> None:
        self._desk, self._pace, self._terms, self._writer = desk, desk.pace, terms, writer

    def is_held(self) -> bool:
        """Who cannot know a repeat may have got it twice by now: a person looks before it is tried again."""
        stalled = self._writer.line.stalled
        return self._terms.sink in KNOWS_NO_REPEAT and stalled is not None and stalled.cause == Cause.NO_ANSWER

    def lasts(self, outcome: Outcome, unanswered: int, seconds: float) -> float:
        """For so long it is not accepted; without an answer it is tries that count for who cannot know a repeat."""
        if self._terms.sink not in KNOWS_NO_REPEAT or outcome.cause is not Cause.NO_ANSWER:
            return seconds
        return math.inf if unanswered >= _UNANSWERED else 0.0

    async def say(self, sending: Sending, outcome: Outcome, tries: int, seconds: float) -> None:
        """At once where only a person can mend it, else after a while; once for each cause."""
        cause, known = outcome.cause, self._writer.line.stalled
        assert cause is not None
        lasts = cause.needs_a_person or seconds > self._pace.stalls_after
        expected = outcome.expected if (outcome.expected or 0) < sending.number else None
        says = (cause.value, outcome.status, expected)
        if not lasts or (known is not None and (known.cause, known.status, known.expected) == says):
            return
        page = self._writer.page().add(
            Stalled, number=sending.number, cause=cause.value, status=outcome.status, tries=tries, expected=expected
        )
        await self._writer.write(page)
        self._desk.alerts.wake()  # another subscription may have to hear of it
        facts = self._writer.facts(Event.STALLED, number=sending.number, cause=cause.value, status=outcome.status)
        text = "%s: number %d is not accepted: %s%s"
        status = "" if outcome.status is None else f" ({outcome.status})"
        log.warning(text, self._terms.id, sending.number, cause.value, status, extra=facts)

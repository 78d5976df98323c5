"""What leaves for one receiver: numbers, and heartbeats where nothing was sent for long."""

import logging

from delivery.couriers.clock import steady_seconds
from delivery.couriers.desk import Desk
from delivery.couriers.line_writer import LineWriter
from delivery.heartbeats import MOST_FAILURES, Heartbeats, make_heartbeat
from delivery.outcome import Cause, Outcome
from delivery.sinks.sink import Sink
from models.delivery.record import Resumed, Stalled
from models.delivery.terms import Terms
from runtime.events import Event

log = logging.getLogger(__name__)


class Sender:
    """Raises Unavailable where it cannot write, or is not in office any more."""

    def __init__(self, desk: Desk, terms: Terms, sink: Sink, writer: LineWriter) -> None:
        self._desk, self._terms, self._sink, self._writer = desk, terms, sink, writer
        self._beats = Heartbeats(terms, steady_seconds())

    @property
    def has_heartbeats(self) -> bool:
        """Whether any is yet to come."""
        return self._terms.heartbeat_seconds is not None and self._writer.line.ended is None

    @property
    def quiet_seconds(self) -> float:
        """Seconds until the next heartbeat is due."""
        return self._beats.left(steady_seconds())

    async def send(self, identity: str, body: bytes) -> Outcome:
        """One request, which counts for heartbeats as well."""
        outcome = await self._sink.send(identity, body)
        self._beats.heard(steady_seconds(), outcome.cause is None)
        self._beats.be_silent(steady_seconds(), outcome.retry_after_seconds)
        return outcome

    async def send_heartbeat(self) -> None:
        """Says how it stands. What is answered moves nothing."""
        await self._desk.ledger_writer.prove()  # a successor knows better
        desk, alerts = self._desk, self._desk.alerts
        board, pulse = alerts.board or desk.board, desk.pulse()
        outcome = await self.send(
            *make_heartbeat(self._writer.line, board, alerts.last, desk.now(), pulse, self._beats.every)
        )
        await self._hear(outcome)

    async def _hear(self, outcome: Outcome) -> None:
        """Three in a row that are not answered stand in the ledger, and so does the first that is again."""
        writer, line = self._writer, self._writer.line
        stalled, number = line.stalled, line.number
        self._beats.failures += outcome.cause is not None
        if outcome.cause is None and stalled is not None and stalled.cause == Cause.HEARTBEAT:
            await writer.write(writer.page().add(Resumed, order=None))
        if self._beats.failures == MOST_FAILURES and stalled is None:
            waiting = writer.line.waiting
            facts = {"number": number if waiting is None else waiting.number, "tries": MOST_FAILURES}
            await writer.write(writer.page().add(Stalled, cause=Cause.HEARTBEAT.value, status=outcome.status, **facts))
            self._desk.alerts.wake()  # the same
            said = writer.facts(Event.STALLED, number=number, cause=Cause.HEARTBEAT.value, status=outcome.status)
            log.warning("%s: heartbeats are not answered", self._terms.id, extra=said)

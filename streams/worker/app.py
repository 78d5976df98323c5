"""The Faust app of one worker: one agent on offences.v1, and the relay where partition 0 is owned."""

import asyncio
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import faust
from faust.types import TP

from models.clock import ClockMode
from models.contribution import Run
from models.errors import PreconditionFailed
from models.topics import OFFENCES
from runtime.certificates import WorkerCertificates
from runtime.crash_points import Point, reach
from runtime.events import Event, happened
from runtime.installation import Installation
from runtime.metrics.meters import Meters
from runtime.metrics.scrape import serving
from runtime.pulse import Pulse
from runtime.worker_name import worker_name
from scoring.assess import Assessor
from state.position import Position
from streams.clocks import SecondHand
from streams.limits import SHIPPED, Limits
from streams.recovery.admission import refuse_other_founding
from streams.relay.relay import Relay
from streams.session import Session
from streams.transport.noting import Noting
from streams.transport.rights import Rights
from streams.transport.transport import Batch, RunTransport
from streams.waits import Waits
from streams.watchdog.watchdog import Watchdog
from streams.worker.brake import Acceptance, Released
from streams.worker.ending import as_failure, say_why
from streams.worker.inside import Inside
from streams.worker.lifetime import post_sentry, run, stop_app, until_over
from streams.worker.minute import Minute
from streams.worker.offences import Offences, Outcome

_HEARTBEATS_PER_SESSION = 6
"""So many in a row are lost before Kafka takes a worker for dead."""

_NO_TIMEOUT_SECONDS = 86_400.0
_UNBOUNDED_BUFFER = 4_096  # the transport's own limit, RUNS_IN_HAND, is what holds
_PROOF_SECONDS = 10.0
_RUNS_IN_HAND_SECONDS = 1.5
log = logging.getLogger(__name__)


class _Boot(faust.app.BootStrategy):  # type: ignore[misc]  # Faust is untyped here
    """Faust's own producer stays off: nobody sends by it, and it knows nothing of certificates and passwords."""

    enable_kafka_producer = False


class _App(faust.App):  # type: ignore[misc]  # the same
    BootStrategy = _Boot

    def _create_directories(self) -> None:
        """Faust would make folders for tables in the working directory; there are no tables."""


def make_app(installation: Installation, limits: Limits) -> faust.App:
    """A Faust app without tables, windows, leader topics, exactly_once or web server."""
    settings = installation.settings
    app = _App(
        installation.group,
        broker=";".join(f"kafka://{broker}" for broker in settings.brokers),
        broker_client_id=worker_name(),
        broker_session_timeout=settings.session_seconds,
        broker_heartbeat_interval=settings.session_seconds / _HEARTBEATS_PER_SESSION,
        broker_rebalance_timeout=settings.session_seconds,
        broker_request_timeout=_NO_TIMEOUT_SECONDS,  # bounds the wait for a recovery; requests have their own
        broker_commit_interval=1.0,
        stream_buffer_maxsize=_UNBOUNDED_BUFFER,
        stream_wait_empty=False,
        stream_publish_on_commit=False,
        topic_allow_declare=False,
        topic_disable_leader=True,
        web_enabled=False,
        store="memory://",
        logging_config={"version": 1, "disable_existing_loggers": False},
    )
    app.transport = RunTransport(app.conf.broker_consumer, app)
    app.transport.brokers = settings.brokers
    app.transport.limits, app.transport.place = limits, installation.place
    return app


class WorkerServices:
    """What the app's parts share: the session, the relay, and the first failure that must end the worker."""

    def __init__(
        self,
        installation: Installation,
        app: faust.App,
        acceptance: Acceptance,
        failed: Callable[[BaseException], None],
        limits: Limits,
    ) -> None:
        self.meters = Meters(installation.settings.board, installation.settings.clock)
        installation = replace(installation, hearing=self.meters)
        self._app = app
        self._failed = failed
        self._installation = installation
        self._acceptance = acceptance
        self._loop = asyncio.get_running_loop()
        self.waits = waits = Waits()
        app.transport.rights = Rights(waits)
        self._noting = Noting()
        self._relay = Relay(installation, self._owns_partition_0, self._fail, waits, self._noting)
        self._session = Session(installation.open_store, waits)
        self.meters.look_at(Inside(app, self._relay, waits).samples)
        self.meters.look_at(WorkerCertificates(installation.settings).samples)
        self._watch = Watchdog(installation, app, self._session, self._relay, waits, limits)
        self._work = Offences(
            self._session,
            Assessor(installation.policy),
            installation.settings.clock,
            self._relay.wake,
            self._noting.applied,
            acceptance,
        )
        self._latest: asyncio.Task[None] | None = None
        self._leaving = False
        self._first = TP(installation.topic(OFFENCES), 0)
        self.failure: asyncio.Future[None] = self._loop.create_future()
        app.transport.ledger_of = self._ledger_of
        app.transport.failed = self._fail
        app.transport.noting = self._noting
        topic = app.topic(installation.topic(OFFENCES), key_serializer="raw", value_serializer="raw")
        app.agent(topic, name="offences")(self._offences)

    async def _offences(self, stream: faust.StreamT[Any]) -> None:
        """One run is assessed, the next is on its way to the store, the one before it is applied; in order."""
        earlier: asyncio.Task[None] | None = None
        async for event in stream.noack().events():
            if self._leaving:
                continue
            try:
                reach(Point.RECEIVED)
                begun = time.perf_counter()
                run = self._work.assess_batch(event.value)
                self.meters.assessed(time.perf_counter() - begun)
                reach(Point.DECODED)
            except Exception as error:  # Faust would go on behind the batch
                self._fail(error)
                return
            if earlier is not None:
                await asyncio.wait({earlier})  # it raises nothing, but that a worker which ends waits for no board
            earlier, self._latest = self._latest, asyncio.create_task(self._apply(event, run, self._latest))

    async def _apply(self, event: faust.EventT[Any], run: Run, before: asyncio.Task[None] | None) -> None:
        consumer, batch = self._app.consumer, event.value
        tp = event.message.tp
        try:
            applied = consumer.awaits(tp, batch) and await self._work.propose(run, batch.records)
            if before is not None:
                await before
            if self.failure.done():
                return  # the run before was not applied, and that closes nobody's board
            outcome = Outcome.APPLIED if applied else None
            if not applied and consumer.awaits(tp, batch):
                outcome = await self._work.apply(run, batch.records)
            consumer.done_with(batch)
            if outcome is Outcome.APPLIED:
                reach(Point.APPLIED)
                event.ack()
                reach(Point.ACKNOWLEDGED)
                self._tell(batch, run)
            elif outcome is Outcome.PARKED:
                consumer.park(tp)
            elif outcome is Outcome.REWIND and batch.epoch == consumer.epoch:
                await consumer.perform_seek()
        except Exception as error:
            self._fail(error)

    def _tell(self, batch: Batch, run: Run) -> None:
        sent_at = batch.records[0].timestamp_ms / 1_000 if batch.records else None
        reasons = [refusal.reason for refusal in run.refusals]
        self.meters.acknowledged(batch.partition, len(batch.records), reasons, sent_at)

    async def watch(self) -> None:
        """Looks around until something must end the worker."""
        try:
            await asyncio.gather(*(look.run() for look in self._looks()), self._noting.keep(self._note))
        except Exception as error:
            self._fail(error)

    async def _note(self) -> None:
        """Commits partition 0 again, for what is noted beside it."""
        if self._first in self._app.consumer.assignment():
            await self._app.consumer.prove_membership(self._first)

    def _looks(self) -> Iterator[Watchdog | Released | SecondHand | Minute]:
        """What a worker does beside its runs."""
        yield self._watch
        yield Minute(self.meters)
        yield Released(self._session, self._app)
        if self._installation.settings.clock is ClockMode.WALL:
            yield SecondHand(self._installation.open_store, word=self._acceptance.clock)

    async def _ledger_of(self, assigned: set[TP]) -> Mapping[TP, int]:
        """Where each assigned partition goes on, once the board is open."""
        numbers = ",".join(str(tp.partition) for tp in sorted(assigned))
        log.info("assigned: %s", sorted(assigned), extra=happened(Event.ASSIGNED, partitions=numbers))
        if self._first in assigned:
            self._relay.start()
        else:
            self._relay.stop()
        begun = time.monotonic()
        position = await self._join()
        self.meters.joined(time.monotonic() - begun)
        return {tp: position.ledger.get(tp.partition, 0) for tp in assigned}

    async def _join(self) -> Position:
        """The board as it is open, founded over the records that this worker reads."""
        while True:
            position = await self._session.join()
            founding = await self._session.founding()
            if founding is None:
                continue
            try:
                refuse_other_founding(self._installation, founding)
            except PreconditionFailed as error:  # Faust would only note it, with its traceback
                self._fail(error)
                self._session.leave()
            else:
                return position

    def _owns_partition_0(self) -> bool:
        proof = asyncio.run_coroutine_threadsafe(self._prove_ownership(), self._loop)
        try:
            return bool(proof.result(_PROOF_SECONDS))
        except TimeoutError:
            proof.cancel()
            return False

    async def _prove_ownership(self) -> bool:
        if self._first not in self._app.consumer.assignment():
            self._relay.stop()  # whoever stands by without a partition hears of no assignment that would say so
            return False
        return bool(await self._app.consumer.prove_membership(self._first))

    def _fail(self, error: BaseException) -> None:
        failure = as_failure(error)
        if not self._leaving:
            say_why(failure)

        def note() -> None:
            if self.failure.done():
                return
            self.failure.set_exception(failure)
            if not self._leaving:
                self._failed(failure)

        self._loop.call_soon_threadsafe(note)

    def leave(self) -> None:
        """Takes no more batches, and waits for no board any more."""
        self._leaving = True
        self._session.leave()

    async def close(self) -> None:
        """Finishes the runs in hand, publishes what is applied, ends the relay; all within a few seconds."""
        until = self._loop.time() + _RUNS_IN_HAND_SECONDS
        while self._latest and not self._latest.done() and (left := until - self._loop.time()) > 0:
            await asyncio.wait({self._latest}, timeout=left)  # there may be a later one by then
        self._relay.finish()
        await asyncio.to_thread(self._relay.join)
        await self._noting.finish(self._note)
        self._relay.stop()


async def serve(  # noqa: PLR0913, PLR0917  (what a process gives its worker, and hears of it)
    installation: Installation,
    stop: asyncio.Event,
    acceptance: Acceptance,
    failed: Callable[[BaseException], None],
    give_up: Callable[[], None],
    limits: Limits = SHIPPED,
) -> None:
    """Works until `stop`; raises what made it impossible to go on, of which `failed` hears first.

    `give_up` ends the process where Kafka keeps it from ending, or where the event loop does not turn any more.
    """
    app = make_app(installation, limits)
    desk = WorkerServices(installation, app, acceptance, failed, limits)
    app.finalize()
    running, watching = asyncio.ensure_future(run(app)), asyncio.ensure_future(desk.watch())
    sentry = post_sentry(app, limits, Pulse(installation.settings.pulse, desk.waits.standing), failed, give_up)
    try:
        with serving(installation.settings.metrics_address, desk.meters.registry):
            await until_over(desk.failure, running, stop)
    except Exception as error:
        if not desk.failure.done():  # Faust itself has failed
            say_why(error)
        failed(error)
        raise
    finally:
        sentry.stop()
        watching.cancel()
        desk.leave()
        await desk.close()
        await stop_app(app, running, give_up)

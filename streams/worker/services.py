"""What the parts of a worker share: one agent on offences.v1, and the relay where partition 0 is owned."""

import asyncio
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import faust
from faust.types import TP

from models.clock import ClockMode
from models.errors import PreconditionFailed
from models.record import Offset
from models.topics import OFFENCES
from runtime.certificates import WorkerCertificates
from runtime.events import Event, happened
from runtime.installation import Installation
from runtime.traces.opening import open_meters
from scoring.assess import Assessor
from state.position import Position
from streams.clocks import Ticker
from streams.limits import Limits
from streams.recovery.admission import refuse_other_founding
from streams.relay.relay import Relay
from streams.session import Session
from streams.transport.commit_notes import CommitNotes
from streams.transport.rights import Rights
from streams.waits import Waits
from streams.watchdog.watchdog import Watchdog
from streams.worker.agent import Agent
from streams.worker.brake import Acceptance, ReleasePoller
from streams.worker.ending import as_failure, say_why
from streams.worker.gauges import WorkerGauges
from streams.worker.minute_log import MinuteLog
from streams.worker.offences import Offences

_BEGINNING = Offset(0)
_PROOF_SECONDS = 10.0
log = logging.getLogger(__name__)


class WorkerServices:
    """The session, the relay, the agent, and the first failure, which must end the worker."""

    def __init__(
        self,
        installation: Installation,
        app: faust.App,
        acceptance: Acceptance,
        failed: Callable[[BaseException], None],
        limits: Limits,
    ) -> None:
        self.meters, self._end_traces = open_meters(installation.settings)
        installation = replace(installation, instruments=self.meters)
        self._app = app
        self._failed = failed
        self._installation = installation
        self._acceptance = acceptance
        self._loop = asyncio.get_running_loop()
        self.waits = waits = Waits()
        app.transport.rights = Rights(waits)
        self._commit_notes = CommitNotes()
        self._relay = Relay(installation, self._owns_partition_0, self._fail, waits, self._commit_notes)
        self._session = Session(installation.open_store, waits)
        self.meters.look_at(WorkerGauges(app, self._relay, waits).samples)
        self.meters.look_at(WorkerCertificates(installation.settings).samples)
        self._watch = Watchdog(installation, app, self._session, self._relay, waits, limits)
        work = Offences(
            self._session,
            Assessor(installation.policy),
            installation.settings.clock,
            self._relay.wake,
            self.meters.hearing(self._commit_notes.applied),
            acceptance,
        )
        self._agent = Agent(app, work, self.meters, self._fail)
        self._leaving = False
        self._first = TP(installation.topic(OFFENCES), 0)
        self.failure: asyncio.Future[None] = self._loop.create_future()
        app.transport.ledger_of = self._ledger_of
        app.transport.failed = self._fail
        app.transport.commit_notes = self._commit_notes
        topic = app.topic(self._first.topic, key_serializer="raw", value_serializer="raw")
        app.agent(topic, name="offences")(self._agent.run)

    async def watch(self) -> None:
        """Looks around until something must end the worker."""
        try:
            await asyncio.gather(*(look.run() for look in self._looks()), self._commit_notes.keep(self._note))
        except Exception as error:
            self._fail(error)

    async def _note(self) -> None:
        """Commits partition 0 again, for what is noted beside it."""
        if self._first in self._app.consumer.assignment():
            await self._app.consumer.prove_membership(self._first)

    def _looks(self) -> Iterator[Watchdog | ReleasePoller | Ticker | MinuteLog]:
        """What a worker does beside its runs."""
        yield self._watch
        yield MinuteLog(self.meters)
        yield ReleasePoller(self._session, self._app)
        if self._installation.settings.clock is ClockMode.WALL:
            yield Ticker(self._installation.open_store, word=self._acceptance.clock)

    async def _ledger_of(self, assigned: set[TP]) -> Mapping[TP, Offset]:
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
        return {tp: position.ledger.get(tp.partition, _BEGINNING) for tp in assigned}

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
            self._relay.stop()  # on standby without a partition, no assignment would say so
            return False
        return bool(await self._app.consumer.prove_membership(self._first))

    def _fail(self, error: BaseException) -> None:
        failure = as_failure(error)
        if not self._leaving:
            say_why(failure)

        def note() -> None:
            if self.failure.done():
                return
            self._agent.stop()
            self.failure.set_exception(failure)
            if not self._leaving:
                self._failed(failure)

        self._loop.call_soon_threadsafe(note)

    def leave(self) -> None:
        """Takes no more batches, and waits for no board any more."""
        self._leaving = True
        self._agent.leave()
        self._session.leave()

    async def close(self) -> None:
        """Finishes the runs in hand, publishes what is applied, ends the relay; all within a few seconds."""
        await self._agent.finish()
        self._relay.finish()
        await asyncio.to_thread(self._relay.join)
        await self._commit_notes.finish(self._note)
        self._relay.stop()
        await asyncio.to_thread(self._end_traces)

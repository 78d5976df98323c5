"""What no record would tell a worker: that it is deaf, that a board has begun again, that a topic is another one.

No time-out of a client library decides that. Five signals do, each of which must stand for a minute of the worker's
own turns: (a) the event loop does not turn (sentry.py), (b) the group does not know this worker, or knows it
otherwise, (c) records wait and nobody reads them, (d) a run is in hand and nothing becomes of it, (e) the relay's
thread does not turn, or its recovery does not go on. A worker that waits for something by name is not deaf.
"""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

import faust
from aiokafka.errors import InvalidSessionTimeoutError, KafkaError

from models.errors import Deaf, PreconditionFailed
from runtime.events import Event, happened
from runtime.installation import Installation
from streams.limits import Limits
from streams.relay.relay import Relay
from streams.session import Session
from streams.transport.consumer_thread import RunConsumerThread
from streams.transport.rights import LACKING_RIGHTS
from streams.waits import Waits
from streams.watchdog.broker_check import BrokerCheck
from streams.watchdog.progress_check import ProgressCheck
from streams.watchdog.relay_check import RelayCheck

log = logging.getLogger(__name__)


class Watchdog:
    """Looks twice a second at consumer, board and relay; the brokers are asked meanwhile, and hold nobody up."""

    def __init__(
        self, installation: Installation, app: faust.App, session: Session, relay: Relay, waits: Waits, limits: Limits
    ) -> None:
        self._installation = installation
        self._app = app
        self._session = session
        self._waits = waits
        self._limits = limits
        self._rights = app.transport.rights
        self._broker_check = BrokerCheck(installation, app, waits, limits, lambda: relay.journal_id)
        self._progress_check = ProgressCheck(app, session, waits, self._broker_check, limits)
        self._relay_check = RelayCheck(relay, waits, limits)

    async def run(self) -> None:
        """Never returns; raises what must end the worker."""
        looking: list[Coroutine[Any, Any, None]] = [
            self._look_around(), self._look_at_the_board(), self._broker_check.ask()
        ]  # fmt: skip
        tasks = [asyncio.create_task(each) for each in looking]
        try:
            over, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in over:
                task.result()
        finally:
            for task in tasks:
                task.cancel()

    async def _look_around(self) -> None:
        while True:
            await asyncio.sleep(self._limits.look_seconds)
            self._waits.tell()
            self._look_at_the_client()
            self._progress_check.look()
            self._relay_check.look()

    def _look_at_the_client(self) -> None:
        client = self._client
        if client.is_dead:
            raise Deaf("the consumer has died: this worker would never hear of a record again")
        if client.refusal is None:
            if client.member.is_known:
                self._rights.group_has_taken()
            return
        if not isinstance(client.refusal, LACKING_RIGHTS):
            raise _not_taken(client.refusal, self._installation.settings.session_seconds)
        if self._rights.is_time_again(client.refusal):
            client.ask_again()

    async def _look_at_the_board(self) -> None:
        consumer: Any = self._app.consumer
        while True:
            await asyncio.sleep(self._limits.look_seconds)
            if await self._session.is_over() and consumer.assignment():
                log.info("the board has begun again", extra=happened(Event.BOARD_ANEW))
                await consumer.perform_seek()

    @property
    def _client(self) -> RunConsumerThread:
        client: RunConsumerThread = self._app.consumer.client
        return client


def _not_taken(error: KafkaError, session_seconds: float) -> PreconditionFailed:
    why = str(error)
    if isinstance(error, InvalidSessionTimeoutError):
        why = (
            f"HARMWATCH_SESSION_SECONDS is {session_seconds:g}, and the brokers' group.min.session.timeout.ms and "
            "group.max.session.timeout.ms do not allow that"
        )
    return PreconditionFailed(f"Kafka does not take this worker into its group: {why}")

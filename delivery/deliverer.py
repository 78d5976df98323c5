"""A deliverer: stands by until it is elected, delivers until it is not any more, and stands by again."""

import asyncio
import logging
import threading
import time
from collections.abc import Collection, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

from broker.clients import PartitionReader
from delivery.couriers.desk import Desk
from delivery.election import Election
from delivery.feeds import Feeds
from delivery.intents import read_intents
from delivery.ledger import check_reach
from delivery.ledger_reader import LedgerReader
from delivery.ledger_writer import LedgerWriter
from delivery.office import Office
from delivery.pause import SHIPPED, Pace
from delivery.secrets import Secrets
from delivery.view import DeliveryView
from delivery.waiting import done_before
from delivery.writer import Writer
from models.delivery.record import Sending
from models.errors import Unavailable
from models.instants import format_instant
from models.key_store import KeyStore
from models.topics import DELIVERIES, topic_name
from runtime.events import Event, happened
from runtime.settings import Settings

_READ_ALONG_SECONDS = 2.0
_SHUTDOWN_SECONDS = 3.5
_LEAVE_SECONDS = 0.8
"""For leaving the group, so that whoever stands by need not wait for the end of our session."""

_THREADS = 64
"""They wait for names and for Kafka: a name that nobody answers must not keep the others from theirs."""

log = logging.getLogger(__name__)


def office_name(settings: Settings) -> str:
    """Of the group that elects, and the transactional id that fences: one for each topic, whatever the board's name."""
    return f"{settings.prefix}harmwatch-deliver"


async def deliver(  # noqa: PLR0913, PLR0917  (what it works with, and who sees it)
    settings: Settings,
    secrets: Secrets,
    stop: asyncio.Event,
    passed_over: Collection[int] = (),
    pace: Pace = SHIPPED,
    view: DeliveryView | None = None,
    keys: KeyStore | None = None,
) -> None:
    """Works until `stop`. `passed_over`: offsets of forged alerts; `keys` open what goes out in clear.

    Raises Unproved at a gap or another topic, PreconditionFailed where the alerts are of another board.
    """
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(_THREADS))
    feeds = Feeds(settings.brokers, settings.prefix, settings.board, passed_over)
    await Deliverer(settings, secrets, stop, feeds, pace, view or DeliveryView(), keys).run()


class Deliverer:
    """One process. `run` may be called once."""

    def __init__(  # noqa: PLR0913, PLR0917  (the same)
        self,
        settings: Settings,
        secrets: Secrets,
        stop: asyncio.Event,
        feeds: Feeds,
        pace: Pace,
        view: DeliveryView,
        keys: KeyStore | None,
    ) -> None:
        self._settings, self._secrets, self._stop, self._feeds, self._pace = settings, secrets, stop, feeds, pace
        self._view, self._keys = view, keys
        self._topic = topic_name(settings.prefix, DELIVERIES)
        self._election = Election(settings.brokers, self._topic, office_name(settings), settings.session_seconds)

    async def run(self) -> None:
        """Raises what no waiting mends."""
        self._feeds.start()
        voting = threading.Thread(target=self._election.run, name="election", daemon=True)
        voting.start()
        work = asyncio.create_task(self._work())
        stopped = asyncio.create_task(self._stop.wait())
        try:
            waits: list[asyncio.Future[Any]] = [work, stopped, self._feeds.failed]
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            if self._stop.is_set():
                await asyncio.wait([work], timeout=_SHUTDOWN_SECONDS)
            for one in (self._feeds.failed, work):
                if one.done():
                    one.result()
        finally:
            self._feeds.end()
            self._election.end()
            for task in (work, stopped):
                task.cancel()
            await asyncio.gather(work, stopped, return_exceptions=True)
            await asyncio.to_thread(voting.join, _LEAVE_SECONDS)

    async def _work(self) -> None:
        while not self._stop.is_set():
            try:
                await self._stand_by_and_serve()
            except Unavailable as error:
                text = "out of office: %s"
                log.warning(text, error, extra=happened(Event.OUT_OF_OFFICE))
                self._election.stand_again()
                await self._or_stop(asyncio.sleep(1))

    async def _stand_by_and_serve(self) -> None:
        log.info("standing by", extra=happened(Event.STANDS_BY))
        reader = LedgerReader(await asyncio.to_thread(PartitionReader, self._settings.brokers, self._topic, 0))
        try:
            if not await self._or_stop(self._feeds.read_all()):
                return
            await asyncio.to_thread(reader.begin, self._feeds.orders.subscriptions())
            while not self._stop.is_set() and not await self._is_elected_within(_READ_ALONG_SECONDS):
                await asyncio.to_thread(reader.read_on)
            if not self._stop.is_set():
                await self._serve(reader)
        finally:
            await asyncio.to_thread(reader.close)

    async def _serve(self, reader: LedgerReader) -> None:
        """Fences before it reads the ledger to its end: nobody adds to it from here on."""
        name = office_name(self._settings)
        writer = await asyncio.to_thread(Writer, self._settings.brokers, name, self._topic, name)
        ledger_writer = LedgerWriter(writer, reader.ledger)
        try:
            await asyncio.to_thread(writer.fence)
            await asyncio.to_thread(reader.read_all)
            if not await self._or_stop(self._feeds.read_all(), self._election.wait_lost()):
                return
            check_reach(reader.ledger, self._feeds.alerts.last, self._feeds.orders.last)
            log.info("in office", extra=happened(Event.DELIVERS))
            feeds = self._feeds
            desk = Desk(
                feeds.alerts, reader.ledger, ledger_writer, self._pace, _now, self._settings.board, self._intents,
                feeds.orders, lambda: feeds.looks.newest, lambda: feeds.looks.is_exercise, self._keys,
                tried=self._view.tried,
            )  # fmt: skip
            self._view.show(reader.ledger, feeds.alerts)
            await Office(desk, feeds.orders, self._secrets).run(self._or_stop(self._election.wait_lost()))
        finally:
            self._view.hide()
            ledger_writer.close()

    def _intents(self, subscription: str, first: int) -> Mapping[int, Sending]:
        with closing(PartitionReader(self._settings.brokers, self._topic, 0)) as reader:
            return read_intents(reader, subscription, first)

    async def _is_elected_within(self, seconds: float) -> bool:
        elected = asyncio.create_task(self._election.wait_elected())
        stopped = asyncio.create_task(self._stop.wait())
        await asyncio.wait([elected, stopped], timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        elected.cancel()
        stopped.cancel()
        return elected.done() and not elected.cancelled()

    async def _or_stop(self, work: Coroutine[Any, Any, object], *ends: Coroutine[Any, Any, object]) -> bool:
        """Whether the work is done, and neither this process nor anything else ends meanwhile."""
        return await done_before(work, self._stop.wait(), *ends)


def _now() -> str:
    return format_instant(time.time_ns() // 1_000)

"""The election: Kafka gives the one partition of deliveries.v1 to one of those who ask; the others stand by."""

import asyncio
import logging
import threading
from contextlib import suppress

from kafka import KafkaConsumer, TopicPartition
from kafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor
from kafka.errors import KafkaError

from broker.clients import RECONNECT_MILLISECONDS
from broker.security import Brokers
from harmwatch_client.networks import ended_unless_made
from runtime.events import Event, happened

_POLL_MILLISECONDS = 200
_RETRY_SECONDS = 1.0
log = logging.getLogger(__name__)


class Election:
    """Runs in a thread of its own. It decides who tries; that nobody else writes, only a fence makes sure."""

    def __init__(self, brokers: Brokers, topic: str, group: str, session_seconds: float) -> None:
        self._brokers, self._topic, self._group = brokers, topic, group
        self._session_milliseconds = round(session_seconds * 1_000)
        self._loop = asyncio.get_running_loop()
        self._elected, self._lost = asyncio.Event(), asyncio.Event()
        self._lost.set()
        self._again, self._ends = threading.Event(), threading.Event()

    def run(self) -> None:
        """Takes part until `end`; whatever goes wrong, it tries again."""
        while not self._ends.is_set():
            try:
                self._take_part()
            except Exception as error:  # a thread that died would stand by for ever, and look well
                text, what = "no election: %s; again in %g s", str(error) or type(error).__name__
                is_expected = isinstance(error, KafkaError | OSError)
                log.warning(text, what, _RETRY_SECONDS, exc_info=not is_expected, extra=happened(Event.NO_ELECTION))
                self._ends.wait(_RETRY_SECONDS)
            finally:
                self._tell(False)

    def end(self) -> None:
        """Takes part no more."""
        self._ends.set()

    def stand_again(self) -> None:
        """Leaves office, and stands for it once more behind the others."""
        self._elected.clear()
        self._lost.set()
        self._again.set()

    async def wait_elected(self) -> None:
        """Returns when this process is elected."""
        await self._elected.wait()

    async def wait_lost(self) -> None:
        """Returns when it is not any more."""
        await self._lost.wait()

    def _take_part(self) -> None:
        with ended_unless_made() as network:
            consumer = KafkaConsumer(
                **network, **self._brokers.options(), group_id=self._group, enable_auto_commit=False,
                auto_offset_reset="latest", session_timeout_ms=self._session_milliseconds,
                heartbeat_interval_ms=self._session_milliseconds // 6, reconnect_backoff_max_ms=RECONNECT_MILLISECONDS,
                partition_assignment_strategy=[StickyPartitionAssignor],  # whoever comes later takes it from nobody
            )  # fmt: skip
        self._again.clear()
        try:
            consumer.subscribe([self._topic])
            # Who leads the group and knows no partition yet gives none to anybody, and nobody asks again.
            while not consumer.partitions_for_topic(self._topic) and not self._ends.is_set():
                self._ends.wait(_POLL_MILLISECONDS / 1_000)
            while not (self._again.is_set() or self._ends.is_set()):
                consumer.poll(timeout_ms=_POLL_MILLISECONDS)
                assigned = consumer.assignment()
                consumer.pause(*assigned)  # the ledger is read by another reader
                self._tell(TopicPartition(self._topic, 0) in assigned and not self._again.is_set())
        finally:
            consumer.close()

    def _tell(self, elected: bool) -> None:
        def tell() -> None:
            if self._again.is_set() and elected:
                return
            for event, holds in ((self._elected, elected), (self._lost, not elected)):
                (event.set if holds else event.clear)()

        with suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(tell)

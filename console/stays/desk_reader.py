"""Reads alerts and actions on and on, in a thread of its own, so that no page ever waits for Kafka."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from kafka.errors import KafkaError

from broker.clients import GLANCE_BYTES, PartitionReader, admin, kafka_errors
from broker.security import Brokers
from harmwatch_client import Alerts, ClientError, Event, MemoryPlace
from models.errors import PreconditionFailed, Unavailable
from models.record import Record
from models.topics import OFFICER_ACTIONS, topic_name
from runtime import events
from runtime.settings import Settings

READ_SECONDS = 0.2
_RETRY_SECONDS = 1.0
log = logging.getLogger(__name__)

Take = Callable[[Sequence[Event], Sequence[Record]], None]
"""Hears of what came since the last time; what an action stands behind has come with it or before."""

Turned = Callable[[bool], None]
"""Hears of each turn, and whether something came."""


@dataclass(frozen=True, slots=True)
class Reading:
    """When each topic was read to its end last (monotonic seconds), and why it is not now; empty: it is."""

    alerts_at: float
    actions_at: float
    trouble: str = ""


class DeskReader:
    """Reads in its own thread for as long as the block. `hurry` makes it read at once."""

    def __init__(self, settings: Settings, take: Take, turned: Turned) -> None:
        self._settings, self._take, self._turned = settings, take, turned
        self._place, self._position = MemoryPlace(), 0
        self._ended, self._hurry = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="desk", daemon=True)
        self.reading = Reading(time.monotonic(), time.monotonic(), "nothing has been read yet")
        self.fault: PreconditionFailed | None = None
        """why it has ended and cannot go on: the desk is another history's, or a later harmwatch's"""

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._ended.set()
        self._hurry.set()
        self._thread.join(READ_SECONDS)

    @property
    def is_alive(self) -> bool:
        """Whether it reads: it ends with the block, or by what nobody has foreseen."""
        return self._thread.is_alive()

    def hurry(self) -> None:
        """There is something to read; called in any thread."""
        self._hurry.set()

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                self._read_on()
            except ClientError as error:
                self._stumble(f"{error}: run `harmwatch verify`")
            except (KafkaError, OSError, Unavailable) as error:
                self._stumble(str(error))
            except PreconditionFailed as error:
                self.fault = error
                self._ended.set()
                self._stumble(str(error))

    def _stumble(self, why: str) -> None:
        if why != self.reading.trouble:
            log.warning("the desk cannot be read now: %s", why, extra=events.happened(events.Event.NO_ALERTS))
        self.reading = Reading(self.reading.alerts_at, self.reading.actions_at, why)
        self._ended.wait(_RETRY_SECONDS)

    def _read_on(self) -> None:
        brokers, prefix = self._settings.brokers, self._settings.prefix
        name = topic_name(prefix, OFFICER_ACTIONS)
        _require(brokers, name)
        with (
            Alerts(brokers, prefix=prefix, place=self._place, kafka=brokers.security.options()) as alerts,
            closing(PartitionReader(brokers, name, 0, GLANCE_BYTES)) as actions,
        ):
            actions.seek(self._position)
            while not self._ended.is_set():
                self._hurry.clear()
                self._turn(alerts, actions)
                self._hurry.wait(READ_SECONDS)

    def _turn(self, alerts: Alerts, actions: PartitionReader) -> None:
        """Actions first: whatever alert one of them stands behind was there before it."""
        done = list(actions.read_until(actions.end()))
        actions_at = time.monotonic()
        news = list(alerts.until_now())
        has_news = bool(news or done)
        if has_news:
            self._take(news, done)
        for event in news:
            alerts.done(event)
        self._position = done[-1].offset + 1 if done else self._position
        self.reading = Reading(time.monotonic(), actions_at)
        self._turned(has_news)


def _require(brokers: Brokers, topic: str) -> None:
    """Raises Unavailable where the topic is not there: a reader of it would only wait."""
    with closing(admin(brokers)) as client, kafka_errors(brokers):
        if topic not in set(client.list_topics()):
            raise Unavailable(f"topic {topic} is missing: run `harmwatch topics create`")

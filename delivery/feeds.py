"""What a deliverer reads on and on, each in a thread: alerts by the client's own reader, and orders."""

import asyncio
import logging
import threading
from collections.abc import Callable, Collection, Sequence
from contextlib import closing
from typing import Any

from kafka.errors import KafkaError

from broker.clients import FETCH_BYTES, GLANCE_BYTES, PartitionReader, admin, kafka_errors
from broker.journal import Journal
from broker.security import Brokers
from delivery.alert_log import AlertLog
from delivery.heartbeats import BoardLooks, BoardPulse
from delivery.orders import Orders
from harmwatch_client import Alerts, ClientError, MemoryPlace
from harmwatch_client import Event as AlertEvent
from harmwatch_client.event import read_event
from models.errors import HarmwatchError, PreconditionFailed, Unavailable, Unproved
from models.topics import ALERTS, DELIVERY_ORDERS, JOURNAL
from runtime.events import Event, happened

_RETRY_SECONDS = 1.0
_LOOK_SECONDS = 0.25
_PULSE_SECONDS = 10.0
log = logging.getLogger(__name__)


class Feeds:
    """`failed`: what no waiting mends."""

    def __init__(self, brokers: Brokers, prefix: str, board: str, passed_over: Collection[int] = ()) -> None:
        self._brokers, self._prefix, self._passed_over = brokers, prefix, passed_over
        self._board = board
        self._loop = asyncio.get_running_loop()
        self._ends = threading.Event()
        self._asked, self._read = 0, {ALERTS.name: 0, DELIVERY_ORDERS.name: 0}
        self._has_read = asyncio.Event()
        self.failed: asyncio.Future[None] = self._loop.create_future()
        self.alerts, self.orders = AlertLog(self._fetch), Orders()
        self.looks = BoardLooks()

    def start(self) -> None:
        """From here on they are fed."""
        for name, feed in (("alerts", self._feed_alerts), ("orders", self._feed_orders), ("pulse", self._feel)):
            threading.Thread(target=self._run, args=(feed,), name=name, daemon=True).start()

    def end(self) -> None:
        """They are fed no more."""
        self._ends.set()

    async def read_all(self) -> None:
        """Returns when everything has been read that is there when this is called: the ledger names nothing newer."""
        self._asked += 1
        asked = self._asked
        while min(self._read.values()) < asked:
            self._has_read.clear()
            await self._has_read.wait()

    def _run(self, feed: Callable[[], None]) -> None:
        try:
            feed()
        except Exception as error:
            self._post(self._fail, error)

    def _fail(self, error: Exception) -> None:
        if not self.failed.done():
            self.failed.set_exception(error)

    def _say_read(self, topic: str, asked: int) -> None:
        self._read[topic] = asked
        self._has_read.set()

    def _feed_alerts(self) -> None:
        """Raises Unproved at a gap, or where the topic is another one."""
        place = MemoryPlace()
        while not self._ends.is_set():
            try:
                with Alerts(
                    self._brokers, prefix=self._prefix, place=place, passed_over=self._passed_over,
                    kafka=self._brokers.security.options(),
                ) as alerts:  # fmt: skip
                    while not self._ends.is_set():
                        asked = self._asked
                        for event in alerts.until_now():
                            self._take(alerts, event)
                        self._post(self._say_read, ALERTS.name, asked)
                        while asked == self._asked and not self._ends.is_set():
                            if (event_or_none := alerts.next(_LOOK_SECONDS)) is not None:
                                self._take(alerts, event_or_none)
            except ClientError as error:
                raise Unproved(f"{error}: run `harmwatch verify`") from error
            except (KafkaError, OSError, Unavailable) as error:
                self._wait_again(ALERTS.name, error)

    def _take(self, alerts: Alerts, event: AlertEvent) -> None:
        self._post(self._checked_take, event)
        alerts.done(event)

    def _checked_take(self, event: AlertEvent) -> None:
        if event.board != self._board:
            text = f"{ALERTS.name} is of board {event.board}, and HARMWATCH_BOARD is {self._board}"
            self._fail(PreconditionFailed(text))
            return
        try:
            self.alerts.take(event)
        except ClientError as error:
            self._fail(Unproved(f"{error}: run `harmwatch verify`"))

    def _feed_orders(self) -> None:
        position = 0
        while not self._ends.is_set():
            try:
                with closing(self._reader(DELIVERY_ORDERS.name, GLANCE_BYTES)) as reader:
                    reader.seek(position)
                    while not self._ends.is_set():
                        asked = self._asked
                        for record in reader.read_until(reader.end()):
                            self._post(self._order, record.offset, record.value)
                            position = record.offset + 1
                        self._post(self._say_read, DELIVERY_ORDERS.name, asked)
                        self._ends.wait(_LOOK_SECONDS)
            except Unavailable as error:
                self._wait_again(DELIVERY_ORDERS.name, error)

    def _feel(self) -> None:
        """The journal's newest entry, again and again: heartbeats say how old it is. Delivery itself needs none."""
        while not self._ends.is_set():
            try:
                self._require(JOURNAL.name)
                with closing(self._reader(JOURNAL.name, GLANCE_BYTES)) as reader:
                    while not self._ends.is_set():
                        entry = Journal(reader).last()
                        pulse = entry and BoardPulse(entry.entry, entry.as_of, entry.clock == "wall")
                        self._post(self.looks.take, pulse)
                        self._ends.wait(_PULSE_SECONDS)
            except (HarmwatchError, KafkaError, OSError):  # no journal, or no right to it: heartbeats say so
                self._post(self.looks.take, None)
                self._ends.wait(_PULSE_SECONDS)

    def _order(self, offset: int, value: bytes | None) -> None:
        if not self.orders.take(offset, value):
            text = "offset %d of delivery-orders.v1 is no order: it is passed over"
            log.warning(text, offset, extra=happened(Event.FOREIGN_RECORD, offset=offset))

    def _fetch(self, offset: int, count: int) -> Sequence[AlertEvent]:
        """Events that were read before, once more. Raises Unavailable."""
        found: list[AlertEvent] = []
        with closing(self._reader(ALERTS.name, FETCH_BYTES)) as reader:
            reader.seek(offset)
            for record in reader.read_until(reader.end()):
                event = read_event(record.headers, record.value, record.offset)
                if event is not None:
                    found.append(event)
                if len(found) == count:
                    break
        return found

    def _reader(self, topic: str, fetch_bytes: int) -> PartitionReader:
        name = self._prefix + topic
        return PartitionReader(self._brokers, name, 0, fetch_bytes)

    def _require(self, topic: str) -> None:
        """Raises Unavailable where it is not there: who reads a topic may make one."""
        client = admin(self._brokers)
        try:
            with kafka_errors(self._brokers):
                if self._prefix + topic not in client.list_topics():
                    raise Unavailable(f"there is no {topic}")
        finally:
            client.close()

    def _wait_again(self, topic: str, error: Exception) -> None:
        log.warning("%s cannot be read now: %s", topic, error, extra=happened(Event.NO_ALERTS))
        self._ends.wait(_RETRY_SECONDS)

    def _post(self, call: Callable[..., None], *facts: Any) -> None:
        try:
            self._loop.call_soon_threadsafe(call, *facts)
        except RuntimeError:  # the loop has ended
            self._ends.set()

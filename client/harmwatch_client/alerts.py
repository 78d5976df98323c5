"""The alerts of a board, each once, in order, and never past a gap."""

import logging
import math
import time
from collections.abc import Collection, Iterator, Sequence
from types import MappingProxyType, TracebackType
from typing import Any, Literal, Self

from kafka.errors import KafkaTimeoutError

from harmwatch_client.errors import TopicReset
from harmwatch_client.event import Event, read_event
from harmwatch_client.mark import Mark
from harmwatch_client.order import Order
from harmwatch_client.place import MemoryPlace, Place
from harmwatch_client.topic import Options, Topic

TOPIC = "alerts.v1"

Begin = int | Literal["beginning", "now"]
"""Where a consumer without a place begins: a sequence, everything, or only what comes from now on."""

_POLL_SECONDS = 0.5
_PATIENCE_SECONDS = 30.0
"""Longer than an election."""

_log = logging.getLogger("harmwatch_client")


class Alerts:
    """Iterates over alerts and the baseline; `done` moves the place, so that nothing before it comes again.

    `brokers`: `host:port`, one text with commas or several. `prefix`: that of the installation's topics. `begin` counts
    where the place is empty. `passed_over`: offsets of forged records that a person has looked at. `kafka`: options of
    kafka-python, such as those of TLS. To be used by one thread. Raises BadPlace, TopicReset and kafka-python's errors.
    """

    def __init__(
        self,
        brokers: str | Sequence[str],
        *,
        place: Place | None = None,
        prefix: str = "",
        begin: Begin = "beginning",
        passed_over: Collection[int] = (),
        kafka: Options = MappingProxyType({}),
    ) -> None:
        self._place = MemoryPlace() if place is None else place
        self._passed_over = frozenset(passed_over)
        text = self._place.load()
        mark = None if text is None else Mark.read(text, prefix + TOPIC)
        self._topic = Topic(brokers, prefix + TOPIC, kafka)
        self._order = Order() if mark is None else Order(mark.board, mark.sequence)
        self._done = self._order.last or 0
        self._waiting: list[Any] = []  # Any: kafka-python's ConsumerRecord
        self._first = begin if mark is None and isinstance(begin, int) else 0
        try:
            self._begin(mark, begin)
        except BaseException:
            self.close()
            raise

    def _begin(self, mark: Mark | None, begin: Begin) -> None:
        if mark is not None and mark.topic_id != self._topic.id:
            raise TopicReset(f"{mark.topic} was recreated: its id is {self._topic.id}, and was {mark.topic_id}")
        self._topic.seek(0 if mark is None else mark.offset)
        if mark is None and begin == "now":
            for _ in self.until_now():
                pass
            self._save(self._topic.position(), self._order.last)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the connections."""
        self._topic.close()

    def __iter__(self) -> Iterator[Event]:
        """Every event that comes, for ever. Raises Gap."""
        while True:
            event = self.next(math.inf)
            if event is not None:
                yield event

    def until_now(self) -> Iterator[Event]:
        """Every event that is there when this is called, then ends. Raises Gap, KafkaTimeoutError."""
        end = self._topic.end()
        while True:
            while (event := self._take()) is not None:
                yield event
            if self._topic.position() >= end:
                return
            self._fetch_some(end)

    def _fetch_some(self, end: int) -> None:
        """Raises KafkaTimeoutError when there is something to come and nothing does: its leader must be away."""
        position, until = self._topic.position(), time.monotonic() + _PATIENCE_SECONDS
        while not self._waiting and self._topic.position() == position:
            if time.monotonic() > until:
                raise KafkaTimeoutError(
                    f"nothing of {self._topic.name} comes from {position} on, though it ends at {end}"
                )
            self._waiting = list(self._topic.fetch(_POLL_SECONDS))[::-1]

    def next(self, seconds: float) -> Event | None:
        """The next event; None where none came for so long. Raises Gap, and does so again if it is called again.

        With 0 it fetches without waiting, so that a loop of one's own gets on.
        """
        until = time.monotonic() + seconds
        event = self._take()
        while event is None:
            left = until - time.monotonic()
            self._waiting = list(self._topic.fetch(min(_POLL_SECONDS, max(0, left))))[::-1]
            event = self._take()
            if left <= 0:
                break
        return event

    def done(self, event: Event) -> None:
        """All up to this event is done: it never comes again. Raises what the place raises."""
        if event.sequence > (self._order.last or 0):
            raise ValueError(f"{event.id} has not come yet")
        if event.sequence > self._done or (self._done == 0 and event.sequence == 0):
            self._save(event.offset + 1, event.sequence)
            self._done = event.sequence

    def _save(self, offset: int, sequence: int | None) -> None:
        self._place.save(Mark(self._topic.name, self._topic.id, offset, self._order.board, sequence).text)

    def _take(self) -> Event | None:
        """The next event among the records in hand; a record leaves them when it is known what it is."""
        while self._waiting:
            record = self._waiting[-1]
            event = None if record.offset in self._passed_over else self._read(record)
            is_next = event is not None and self._order.take(event)
            self._waiting.pop()
            if event is not None and is_next and event.sequence >= self._first:
                return event
        return None

    def _read(self, record: Any) -> Event | None:  # Any: kafka-python's ConsumerRecord
        event = read_event(record.headers, record.value, record.offset)
        if event is not None and self._order.is_ours(event):
            return event
        _log.warning("offset %d of %s holds no alert of this board: it is passed over", record.offset, self._topic.name)
        return None

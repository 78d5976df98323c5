"""The alerts as deliveries need them: the newest in memory, the others by where they lie, and which stay each ends."""

import asyncio
from array import array
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence

from delivery.delivery_event import DeliveryEvent
from delivery.ledger import Line
from harmwatch_client import Band, Baseline, Event, Member
from models.delivery.order import RecallOrder
from models.errors import Unavailable

_NEWEST, _NEWEST_BYTES = 10_000, 32 * 1024 * 1024
_FETCHED = 2_000
FETCH = 500
"""How many are read at once for who is further behind than memory goes."""

Fetch = Callable[[int, int], Sequence[Event]]
"""Reads so many events from an offset on, and what was forged to look like one; it may block."""


class AlertLog:
    """Takes the events of a board in order, in the loop's own thread. Raises what the client's Band raises."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._band = Band()
        self._first = 0
        self._baseline: int | None = None
        self._offsets, self._entrances = array("q"), array("q")
        self._newest: deque[DeliveryEvent] = deque()
        self._bytes = 0
        self._fetched: OrderedDict[int, DeliveryEvent] = OrderedDict()
        self.news = asyncio.Event()
        """Set when another event has come; then there is another one."""
        self.board: str | None = None
        self.last = 0

    def wake(self) -> None:
        """Whoever waits for the next event looks again."""
        self.news.set()
        self.news = asyncio.Event()

    def take(self, event: Event) -> None:
        """The next event."""
        before = dict(self._band.members)
        self._band.take(event)
        ended = [member.sequence for stay, member in before.items() if stay not in self._band.members]
        if self.board is None:
            self.board, self._first = event.board, event.sequence
        if isinstance(event, Baseline):
            self._baseline, ended = event.sequence, []
        self._offsets.append(event.offset)
        self._entrances.append(ended[0] if ended else 0)
        self._remember(DeliveryEvent.of(event))
        self.last = event.sequence
        self.wake()

    def _remember(self, item: DeliveryEvent) -> None:
        self._newest.append(item)
        self._bytes += len(item.value)
        while len(self._newest) > _NEWEST or (self._bytes > _NEWEST_BYTES and len(self._newest) > 1):
            self._bytes -= len(self._newest.popleft().value)

    @property
    def first(self) -> int:
        """The sequence of the first one; 0: none has come."""
        return self._first

    @property
    def members(self) -> Sequence[Member]:
        """Who is in the band behind the last event."""
        return tuple(self._band.members.values())

    @property
    def baseline(self) -> int | None:
        """The sequence of the event with which alerts begin; None: there is none."""
        return self._baseline

    def is_end(self, sequence: int) -> bool:
        """Whether it is the end of a stay."""
        at = sequence - self._first
        return self.board is not None and 0 <= at < len(self._entrances) and bool(self._entrances[at])

    def is_baseline(self, sequence: int) -> bool:
        """Whether it is no alert, but the event with which alerts begin."""
        return sequence == self._baseline

    def next_sequence(self, line: Line) -> int | None:
        """The next one that a subscription is told; None: there is none yet.

        The end of a stay is told to who was told of its beginning, and to nobody else; where an erasure has recalled
        the beginning it is told to nobody. Of an agreement that has ended ends are all that is told; what was set
        aside is not told again.
        """
        sequence = max(line.place + 1, self._first)
        while sequence <= self.last and self.board is not None:
            entrance = self._entrances[sequence - self._first]
            is_end = bool(entrance) and entrance not in line.erased and self._was_sent(entrance, line)
            if is_end or (not entrance and line.ended is None and sequence not in line.set_aside):
                return sequence
            sequence += 1
        return None

    def owes(self, line: Line) -> bool:
        """Whether a subscription whose agreement has ended is to hear of more than recalls that are yet to be ordered.

        That is what waits, and the end of each stay that it was told of.
        """
        if line.waiting is not None or line.due_recalls or self.next_sequence(line) is not None:
            return True
        entrances = {member.sequence for member in self._band.members.values()} - line.erased
        return any(self._was_sent(entrance, line) for entrance in entrances)

    def concerns(self, sequence: int, line: Line) -> bool:
        """Whether a subscription got this alert, by itself or in the band with which it began, or is to get it.

        Of one that was set aside, too: its receiver may have taken it without saying so.
        """
        at, place = sequence - self._first, line.base
        if self.board is None or sequence > self.last:
            return True
        if at < 0:
            return False
        if sequence == self._baseline:
            return (sequence > place and not line.was_passed_over(sequence)) or line.is_banded
        entrance = self._entrances[at]
        is_past = any(begin < sequence <= end for begin, end in line.past)
        if sequence > place or is_past:
            if entrance:
                return is_past or self._was_sent(entrance, line)
            if not line.was_passed_over(sequence):
                return True
        has_left = sequence in self._entrances[at + 1 : max(at, place - self._first) + 1]
        return line.is_banded and sequence <= place and not entrance and not has_left

    def is_to_recall(self, order: RecallOrder, line: Line) -> bool:
        """Whether a subscription is to hear of a recall: it got the event, or is to get it."""
        at = order.sequence - self._first
        ends = self._entrances[at] if self.board is not None and 0 <= at < len(self._entrances) else 0
        is_never_sent = order.sequence > line.place and ends in line.erased
        return not is_never_sent and self.concerns(order.sequence, line)

    def _was_sent(self, entrance: int, line: Line) -> bool:
        """Of the beginning of a stay: by a baseline that came later, by the entrance itself, or by the band."""
        baseline = self._baseline or 0
        if entrance <= baseline and baseline > line.base:
            return baseline not in line.set_aside and not line.was_passed_over(baseline)
        if entrance <= line.base:
            return line.has_band
        return entrance not in line.set_aside and not line.was_passed_over(entrance)

    def at_hand(self, sequence: int) -> DeliveryEvent | None:
        """One that has come, where it is in memory, by itself or since it was read for another subscription."""
        if self._newest and sequence >= self._newest[0].sequence:
            return self._newest[sequence - self._newest[0].sequence]
        return self._fetched.get(sequence)

    async def read(self, sequence: int) -> DeliveryEvent:
        """One that has come, from Kafka where memory does not go so far back. Raises Unavailable."""
        item = self.at_hand(sequence)
        if item is None:
            offset = self._offsets[sequence - self._first]
            for event in await asyncio.to_thread(self._fetch_ours, offset, FETCH):
                self._fetched[event.sequence] = DeliveryEvent.of(event)
            while len(self._fetched) > _FETCHED:
                self._fetched.popitem(last=False)
            item = self._fetched.get(sequence)
        if item is None:
            raise _gone(sequence)
        return item

    async def members_at(self, sequence: int) -> Sequence[Member]:
        """Who was in the band behind an event that has come; 0: before the first. Raises Unavailable."""
        if sequence == self.last:
            return self.members
        events = sequence - self._first + 1 if self.board is not None and sequence else 0
        return await asyncio.to_thread(self._fold, events)

    def _fold(self, events: int) -> Sequence[Member]:
        band, at = Band(), 0
        while at < events:
            again = self._fetch_ours(self._offsets[at], min(FETCH, events - at))
            if not again:
                raise _gone(self._first + at)
            for event in again:
                band.take(event)
                at += 1
        return tuple(band.members.values())

    def _fetch_ours(self, offset: int, count: int) -> Sequence[Event]:
        """Those that were taken: between them lies what is forged, under sequences of theirs."""
        known, first = self._offsets, self._first
        return [
            event
            for event in self._fetch(offset, count)
            if 0 <= (at := event.sequence - first) < len(known) and known[at] == event.offset
        ]


def _gone(sequence: int) -> Unavailable:
    return Unavailable(f"Kafka: alert {sequence} was read before, and cannot be read again")

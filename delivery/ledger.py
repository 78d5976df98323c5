"""The ledger: what the records of deliveries.v1 come to, a line for each subscription. It knows nothing else."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Self

from models.delivery.record import (
    Accepted,
    AskedBack,
    Changed,
    Closed,
    Delivery,
    Gathering,
    HandedOver,
    Late,
    Notified,
    Opened,
    Paused,
    Recalled,
    Resumed,
    Rewound,
    Sending,
    SetAside,
    Stalled,
    delivery_bytes,
    read_delivery,
    value_digest,
)
from models.errors import Unproved
from models.topics import ALERTS, DELIVERY_ORDERS

HEARTBEAT = "heartbeat"
"""The cause of a stall that is about no number."""

ALERTING = ("alert", "batch", "digest")
"""The intents that tell alerts, each its own."""


@dataclass(frozen=True, slots=True)
class Line:
    """How far one subscription is. `digest`: of its last record, which the next one names."""

    opened: Opened
    digest: str
    terms: int
    """the order whose terms are in force"""

    order: int
    """the last order that was heeded"""

    place: int
    """the sequence up to which everything is told, set aside, or none of its business"""

    number: int = 0
    """the last one that was accepted or set aside, or the one before that to which a person went back"""

    followed: int = 0
    """the last one up to there that was not set aside"""

    highest: int = 0
    """the last one of which there is an intent: those up to it are sent again behind a rewind"""

    first: int = 1
    """the first number that was sent by the terms in force"""

    waiting: Sending | None = None
    """the intent that has no receipt yet"""

    sent: Sending | None = None
    """the last intent, whatever became of it"""

    set_aside: frozenset[int] = frozenset()
    """the sequences of alerts that a person had set aside"""

    aside: frozenset[int] = frozenset()
    """the numbers that a person had set aside"""

    has_band: bool = False
    """whether the band was accepted with which it begins"""

    recalls: tuple[Recalled, ...] = ()
    """those that have no receipt yet"""

    recalled: frozenset[int] = frozenset()
    """the orders to recall that were heeded"""

    stood_in: frozenset[int] = frozenset()
    """the orders of recalls that it takes instead of another subscription, which is closed"""

    erased: frozenset[int] = frozenset()
    """the sequences of events that an erasure has recalled"""

    asked: AskedBack | None = None
    """the last going back that its receiver asked for"""

    must_pass: int = 0
    """the number to pass before its receiver may ask again; 0: none"""

    gathering: bool = False
    """whether alerts are gathered into digests"""

    paced_until: str | None = None
    """when the receiver's capacity is free again as a whole"""

    stalled: Stalled | None = None
    closed: Closed | Paused | None = None
    """why nothing is sent"""

    accepted: Accepted | HandedOver | None = None

    @property
    def next_number(self) -> int:
        """The one that is sent next; behind a rewind what was set aside is left out."""
        number = self.number + 1
        while number in self.aside:
            number += 1
        return number

    @property
    def is_again(self) -> bool:
        """Whether the next number was sent before."""
        return self.next_number <= self.highest

    @property
    def due_recalls(self) -> tuple[Recalled, ...]:
        """Those whose alert was sent, or is none of its business; the band with which it begins comes first."""
        if self.opened.band and not self.highest:
            return ()
        return tuple(one for one in self.recalls if one.instead_of is not None or one.sequence <= self.place)

    def can_rewind(self, number: int) -> bool:
        """Whether it was sent, and not set aside."""
        return 1 <= number <= self.highest and number not in self.aside


def succeed(line: Line | None, record: Delivery, digest: str) -> Line:
    """The line behind a record. Raises ValueError where the record does not continue it."""
    if isinstance(record, Opened):
        if line is not None or record.previous is not None:
            raise ValueError("it is open already")
        return Line(record, digest, terms=record.order, order=record.order, place=record.place)
    if line is None or record.previous != line.digest:
        raise ValueError("it names another record before it")
    return replace(_changed(line, record), digest=digest)


def _changed(line: Line, record: Delivery) -> Line:
    match record:
        case Sending():
            return _sent(line, record)
        case Accepted() | HandedOver():
            waiting = _waiting(line, record.number)
            return replace(
                line, number=waiting.last_number, followed=waiting.last_number, place=_behind(line, waiting),
                waiting=None, stalled=None, accepted=record, recalls=_without(line, waiting.order),
                has_band=line.has_band or waiting.event == "band", must_pass=_to_pass(line, waiting.last_number),
            )  # fmt: skip
        case Stalled() | Closed(order=None) | Resumed(order=None) | Gathering():
            return _halted(line, record)
        case AskedBack():
            return _asked_back(line, record)
        case Recalled(instead_of=str()):
            return _standing_in(line, record)
        case _:
            return _ordered(line, record)


def _halted(line: Line, record: Stalled | Closed | Resumed | Gathering) -> Line:
    if isinstance(record, Resumed):
        if line.stalled is None or line.stalled.cause != HEARTBEAT:
            raise ValueError("no heartbeat is missing")
        return replace(line, stalled=None)
    if isinstance(record, Gathering):
        return replace(line, gathering=record.on)
    if isinstance(record, Closed):
        return replace(line, closed=record)
    if record.cause != HEARTBEAT:
        _waiting(line, record.number)
    return replace(line, stalled=record)


def _ordered(line: Line, record: Delivery) -> Line:
    order = getattr(record, "order", None)
    if isinstance(record, Recalled | Late) and record.order not in line.recalled:
        line = replace(line, order=max(line.order, record.order), recalled=line.recalled | {record.order})
        return line if isinstance(record, Late) else _recalled(line, record)
    if not isinstance(order, int) or order <= line.order:
        raise ValueError("that order was heeded before")
    line = replace(line, order=order)
    match record:
        case Changed():
            return replace(line, terms=order, first=line.next_number, stalled=None)
        case SetAside(number=number):
            return _set_aside(line, _waiting(line, number))
        case Closed() | Paused() | Resumed():
            closed, stalled = (None, None) if isinstance(record, Resumed) else (record, line.stalled)
            return replace(line, closed=closed, stalled=stalled)
        case Rewound(number=number):
            return _rewound(line, number)
        case Notified(alert=alert):
            return _notified(line, alert)
    raise ValueError(f"a {record.kind} is not ordered")


def _sent(line: Line, record: Sending) -> Line:
    goes_on = record.number == line.next_number and record.follows == line.followed
    if record.event == "recall" and not line.is_again and not _is_due(line, record):
        raise ValueError("no such recall is due")
    is_band = record.number == 1 and line.opened.band
    moves = (
        line.is_again
        or record.event == "recall"
        or (record.sequence == line.place if is_band else min(record.told_sequences) > line.place)
    )
    if line.waiting is not None or line.closed is not None or not goes_on or not moves or not _is_whole(line, record):
        raise ValueError("it is not the next number")
    if is_band != (record.event == "band"):
        raise ValueError("the band is number 1, where it was agreed on")
    paced = line.paced_until if record.paced_until is None else record.paced_until
    highest = max(line.highest, record.last_number)
    return replace(line, waiting=record, sent=record, highest=highest, paced_until=paced)


def _is_whole(line: Line, record: Sending) -> bool:
    """A batch has a number for each alert, none of them set aside; a digest one for all; in order, each once."""
    numbers, told = range(record.number, record.last_number + 1), record.sequences
    counts = {"batch": len(told) > 1 and len(numbers) == len(told), "digest": bool(told) and len(numbers) == 1}
    is_ordered = list(told) == sorted(set(told)) and record.sequence == record.told_sequences[-1]
    return counts.get(record.event, not told and record.last is None) and is_ordered and line.aside.isdisjoint(numbers)


def _is_due(line: Line, record: Sending) -> bool:
    return any((one.order, one.sequence) == (record.order, record.sequence) for one in line.due_recalls)


def _without(line: Line, order: int | None) -> tuple[Recalled, ...]:
    return tuple(one for one in line.recalls if one.order != order)


def _behind(line: Line, sent: Sending) -> int:
    """The place when this is done: a recall is about what was sent before, or to another one."""
    return line.place if sent.event == "recall" else max(line.place, sent.sequence)


def _recalled(line: Line, record: Recalled) -> Line:
    erased = {record.sequence} if record.asked == "erase" else frozenset()
    return replace(line, recalls=(*line.recalls, record), erased=line.erased | erased)


def _standing_in(line: Line, record: Recalled) -> Line:
    is_known = record.order in line.stood_in or any(one.order == record.order for one in line.recalls)
    if is_known or record.instead_of == record.subscription:
        raise ValueError("that recall is under way, or was before")
    return replace(line, recalls=(*line.recalls, record), stood_in=line.stood_in | {record.order})


def _set_aside(line: Line, waiting: Sending) -> Line:
    alerts = frozenset(waiting.told_sequences) if waiting.event in ALERTING else frozenset()
    numbers = range(waiting.number, waiting.last_number + 1)
    return replace(
        line, number=waiting.last_number, place=_behind(line, waiting), waiting=None, stalled=None,
        set_aside=line.set_aside | alerts, aside=line.aside.union(numbers), recalls=_without(line, waiting.order),
        must_pass=_to_pass(line, waiting.last_number),
    )  # fmt: skip


def _notified(line: Line, alert: str) -> Line:
    orders = {one.order for one in line.recalls if one.alert_id == alert}
    if not orders:
        raise ValueError("no such recall is under way")
    if line.waiting is not None and line.waiting.order in orders:
        line = _set_aside(line, line.waiting)
    return replace(line, recalls=tuple(one for one in line.recalls if one.order not in orders))


def _rewound(line: Line, number: int) -> Line:
    """What waits is sent again in its turn: `place` stays behind everything that has an intent."""
    if not line.can_rewind(number):
        raise ValueError(f"number {number} was never sent, or was set aside")
    followed = number - 1
    while followed in line.aside:
        followed -= 1
    place = line.place if line.waiting is None else _behind(line, line.waiting)
    return replace(line, number=number - 1, followed=followed, place=place, waiting=None, stalled=None)


def _asked_back(line: Line, record: AskedBack) -> Line:
    if record.number >= _waiting(line, record.waiting).number:
        raise ValueError("only what comes before the waiting number can be asked for")
    return replace(_rewound(line, record.number), asked=record, must_pass=record.waiting)


def _to_pass(line: Line, number: int) -> int:
    return 0 if number >= line.must_pass else line.must_pass


def _waiting(line: Line, number: int) -> Sending:
    if line.waiting is None or line.waiting.number != number:
        raise ValueError(f"number {number} is not waiting")
    return line.waiting


class Ledger:
    """Takes the values of deliveries.v1 in order; `lines` by id."""

    def __init__(self) -> None:
        self.lines: dict[str, Line] = {}

    def take(self, value: bytes | None) -> Delivery | None:
        """The next record; None: it is foreign, and changes nothing. What continues its line is ours."""
        record = read_delivery(value)
        if record is None or value is None:
            return None
        try:
            line = succeed(self.lines.get(record.subscription), record, value_digest(value))
        except ValueError:
            return None
        self.lines[record.subscription] = line
        return record


def check_reach(ledger: Ledger, last_alert: int, last_order: int) -> None:
    """Raises Unproved where a line is about an alert or an order that is not there: a topic was recreated."""
    for name, line in ledger.lines.items():
        sent = line.place if line.highest else 0  # before number 1 it is a place to begin at, which may be yet to come
        sent = sent if line.waiting is None else _behind(line, line.waiting)
        for topic, reached, last in ((ALERTS, sent, last_alert), (DELIVERY_ORDERS, line.order, last_order)):
            if reached > last:
                raise Unproved(f"{topic.name} ends at {last}, and {name} is at {reached}: was it recreated?")


class Page:
    """Records that one subscription writes together, all or nothing; `line` is what it comes to by them."""

    def __init__(self, subscription: str, line: Line | None, now: Callable[[], str]) -> None:
        self.subscription, self._now = subscription, now
        self.line = line
        self.values: list[bytes] = []

    def add(self, kind: type[Delivery], **facts: Any) -> Self:  # Any: the fields of the kind
        """One more. Raises ValueError where it would not continue the line."""
        previous = None if self.line is None else self.line.digest
        record = kind(subscription=self.subscription, at=self._now(), previous=previous, **facts)
        value = delivery_bytes(record)
        self.line = succeed(self.line, record, value_digest(value))
        self.values.append(value)
        return self

    @property
    def key(self) -> bytes:
        """Of each record."""
        return self.subscription.encode()

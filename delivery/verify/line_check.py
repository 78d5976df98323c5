"""One subscription, record by record: every number in turn, each between its intent and its receipt, nothing left out.

It goes on behind a fault, which the ledger does not: there whatever does not continue a line is passed over.
"""

from collections.abc import Callable, Collection
from dataclasses import replace

from delivery.numbering.asking_back import why_not
from delivery.numbering.line import ALERTING, HEARTBEAT, TOGETHER, Line
from delivery.numbering.succession import resumed, with_band, with_stall
from delivery.orders import Orders
from delivery.verify.body_check import BodyCheck
from delivery.verify.order_check import is_ordered
from delivery.verify.repeat_check import RepeatCheck
from delivery.verify.sent_alerts import SentAlerts
from models.delivery.order import TermsOrder
from models.delivery.record import (
    Accepted,
    AskedBack,
    Changed,
    Closed,
    Delivery,
    Ended,
    HandedOver,
    Notified,
    Opened,
    Paused,
    Recalled,
    Resumed,
    Rewound,
    Sending,
    SetAside,
    Stalled,
)
from models.delivery.stall import Stall
from models.instants import parse_instant

Stalling = tuple[str, str]
"""Which subscription was not further, and since when."""


class LineCheck:
    """Takes the records of one subscription; `say` hears each fault. `stalls`: those of all so far, see Stall."""

    def __init__(
        self, opened: Opened, sent: SentAlerts, orders: Orders, stalls: Collection[Stalling], say: Callable[[str], None]
    ) -> None:
        self._stalls = stalls
        self._sent, self._orders, self._say = sent, orders, say
        self._repeats = RepeatCheck()
        terms = orders.find(opened.order)
        self._until = terms.terms.until if isinstance(terms, TermsOrder) else None
        self._bodies = BodyCheck(opened, sent, orders)
        self.line = Line(opened, "", terms=opened.order, order=opened.order, place=opened.place)
        self.line = replace(self.line, next_band=opened.place if opened.band else None)
        self.numbers = self.receipts = 0
        self._place_before = opened.place
        """before what waits"""

        self.owed: dict[int, Recalled] = {}
        """the recalls that have no receipt, by their orders"""
        self._check_order(opened)

    def take(self, fact: Delivery) -> None:
        """The next record."""
        self._check_order(fact)
        match fact:
            case Sending():
                self._intent(fact)
            case Accepted() | HandedOver():
                self._receipt(fact.number)
            case SetAside():
                self._set_aside(fact.number)
            case Stalled():
                self.line = replace(self.line, stalled=fact)
                if fact.cause != HEARTBEAT:
                    self._waits(fact.number, "is stalled")
            case _:
                self._ordered(fact)

    def _ordered(self, fact: Delivery) -> None:
        match fact:
            case Rewound():
                self._rewind(fact.number)
            case AskedBack():
                self._asked_back(fact)
            case Recalled():
                self._recalled(fact)
            case Notified():
                self._notified(fact.alert)
            case Changed():
                terms = self._orders.find(fact.order)
                self._until = terms.terms.until if isinstance(terms, TermsOrder) else None
            case Closed() | Paused():
                self.line = replace(self.line, closed=fact)
            case Resumed(order=int()):
                self._resume(fact)
            case Ended():
                self._end(fact)

    def unsent(self) -> list[int]:
        """The alerts that were not sent, as far as they are due."""
        line, found = self.line, list[int]()
        while (due := self._sent.log.next_sequence(line)) is not None and due <= self._sent.due:
            found.append(due)
            line = replace(line, place=due)
        return found

    def unrecalled(self) -> list[str]:
        """The alerts whose recall is owed now."""
        concerns = self._sent.log.concerns
        return [
            one.alert_id for one in self.owed.values()
            if one.instead_of is not None
            or (self.line.was_reached(one.sequence) and concerns(one.sequence, self.line))
        ]  # fmt: skip

    def _intent(self, fact: Sending) -> None:
        line, number = self.line, fact.number
        if self._until is not None and line.ended is None and parse_instant(fact.at) >= parse_instant(self._until):
            self._say(f"number {number} has an intent of {fact.at}, and the agreement ended at {self._until}")
        if line.waiting is not None:
            self._say(f"number {line.waiting.number} has an intent and no receipt")
            if number > line.waiting.number:  # what comes next follows it all the same
                line = replace(line, number=line.waiting.last_number, followed=line.waiting.last_number)
        expected = line.next_number
        if number > expected:
            self._say(f"number {expected} has no intent: {number} comes where it should")
        elif number < expected:
            self._say(f"number {number} is sent again, and nobody has ordered that")
        elif fact.follows != line.followed:
            self._say(f"number {number} follows {fact.follows}, and {line.followed} was the last")
        if number <= line.highest:
            for fault in self._repeats.faults(fact):
                self._say(fault)
        else:
            self.numbers += self._repeats.add(fact)
            self._check_turn(fact)
        if (wrong := self._bodies.fault(fact)) is not None:
            self._say(wrong)
        place = max(line.place, fact.sequence) if fact.event in ALERTING else line.place
        self._place_before = line.place
        highest = max(line.highest, fact.last_number)
        self.line = replace(self.line, waiting=fact, highest=highest, place=place, stalled=None)

    def _check_turn(self, fact: Sending) -> None:
        """An alert comes in its turn, and none that concerns the subscription is left out."""
        if fact.event == "band" and fact.sequence != self.line.next_band:
            self._say(f"number {fact.number} is a band, and none was agreed on there")
        if fact.event == "recall" and fact.order not in self.owed:
            self._say(f"number {fact.number} recalls by order {fact.order}, and that is not owed")
        if fact.stall is not None:
            self._check_stall(fact.number, fact.stall)
        if fact.event in ALERTING:
            for sequence in fact.event_sequences:
                self._check_alert(fact.number, sequence)

    def _check_stall(self, number: int, stall: Stall) -> None:
        """There was one, and it is told once."""
        if (stall.stalled, stall.since) not in self._stalls:
            self._say(f"number {number} tells that {stall.stalled} is stalled since {stall.since}, and it was not")
        if self.line.was_escalated(stall):
            self._say(f"number {number} tells of {stall.stalled} since {stall.since}, which was told before")
        self.line = replace(self.line, escalated=with_stall(self.line.escalated, stall))

    def _check_alert(self, number: int, sequence: int) -> None:
        """Each lies in one number, in its turn."""
        if sequence <= self.line.place:
            self._say(f"number {number} tells alert {sequence}, which was sent under another number or before")
            return
        while (due := self._sent.log.next_sequence(self.line)) is not None and due < sequence:
            self._say(f"alert {due} was never sent: number {number} tells {sequence}")
            self.line = replace(self.line, place=due)
        if due is not None and due > sequence:
            self._say(f"number {number} tells alert {sequence}, whose beginning was not told")
        self.line = replace(self.line, place=sequence)

    def _receipt(self, number: int) -> None:
        waiting = self._waits(number, "has a receipt")
        if waiting is not None:
            self.receipts += waiting.last_number - number + 1
            self.owed.pop(-1 if waiting.order is None else waiting.order, None)
            self.line = with_band(self.line, waiting)
        last = number if waiting is None else waiting.last_number
        self.line = replace(self.line, number=last, followed=last, waiting=None, stalled=None)
        self._passed(last)

    def _resume(self, fact: Resumed) -> None:
        try:
            self.line = resumed(self.line, fact)
        except ValueError as error:
            self._say(f"it goes on with a band up to {fact.band}: {error}")
            self.line = replace(self.line, closed=None)

    def _end(self, fact: Ended) -> None:
        """The agreement has ended by then, and what waited and named somebody was set aside."""
        waiting = self.line.waiting
        if self._until is None or parse_instant(fact.at) < parse_instant(self._until):
            self._say(f"its agreement ended at {fact.at}, and goes on until {self._until}")
        if fact.number is not None:
            self._set_aside(fact.number)
        self.line = replace(self.line, ended=self.line.place, next_band=None)
        if fact.number is not None and waiting is not None and waiting.event in TOGETHER:
            self.line = replace(self.line, place=self._place_before)

    def _passed(self, number: int) -> None:
        if number >= self.line.must_pass:
            self.line = replace(self.line, must_pass=0)

    def _set_aside(self, number: int) -> None:
        waiting = self._waits(number, "is set aside")
        if waiting is not None and waiting.order is not None:
            self.owed.pop(waiting.order, None)
        is_alerting = waiting is not None and waiting.event in ALERTING
        if waiting is not None and waiting.sequence == self.line.next_band:
            self.line = replace(self.line, next_band=None)
        alerts = waiting.event_sequences if waiting is not None and is_alerting else ()
        last = number if waiting is None else waiting.last_number
        self.line = replace(
            self.line, number=last, waiting=None, stalled=None, aside=self.line.aside.union(range(number, last + 1)),
            set_aside=self.line.set_aside.union(alerts),
        )  # fmt: skip
        self._passed(last)

    def _recalled(self, fact: Recalled) -> None:
        self.owed[fact.order] = fact
        if fact.asked == "erase" and fact.instead_of is None:
            self.line = replace(self.line, erased=self.line.erased | {fact.sequence})

    def _notified(self, alert: str) -> None:
        orders = {order for order, one in self.owed.items() if one.alert_id == alert}
        if not orders:
            self._say(f"a recipient was notified of a recall of {alert}, which is not owed")
        if self.line.waiting is not None and self.line.waiting.order in orders:
            self._set_aside(self.line.waiting.number)
        for order in orders:
            self.owed.pop(order, None)

    def _rewind(self, number: int) -> None:
        if not self.line.can_rewind(number):
            self._say(f"number {number} is gone back to, and was never sent or was set aside")
        followed = number - 1
        while followed in self.line.aside:
            followed -= 1
        self.line = replace(self.line, number=number - 1, followed=followed, waiting=None, stalled=None)

    def _asked_back(self, fact: AskedBack) -> None:
        number = fact.number
        if self._waits(fact.waiting, f"asks for number {number}") is not None:
            reason = "it comes behind that" if number >= fact.waiting else why_not(self.line, number, fact.at)
            if reason is not None:
                self._say(f"number {fact.waiting} went back to {number} by its receiver's word: {reason}")
        self._rewind(number)
        self.line = replace(self.line, asked=fact, must_pass=fact.waiting)

    def _waits(self, number: int, what: str) -> Sending | None:
        waiting = self.line.waiting
        if waiting is None or waiting.number != number:
            self._say(f"number {number} {what}, and there is no intent before")
            return None
        return waiting

    def _check_order(self, fact: Delivery) -> None:
        if not is_ordered(fact, self._orders):
            at = getattr(fact, "order", None)
            self._say(f"offset {at} of delivery-orders.v1 orders nothing like {fact.kind!r}")

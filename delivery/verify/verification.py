"""The verification of deliveries: every number of every subscription, from Kafka alone."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from delivery.numbering.line import Line
from delivery.numbering.succession import succeed
from delivery.orders import Orders
from delivery.verify.chains import ChainRecord, Chains
from delivery.verify.line_check import LineCheck, Stalling
from delivery.verify.sent_alerts import SentAlerts
from models.delivery.record import Closed, Opened, Places, Stalled
from models.record import Record
from models.topics import DELIVERIES


@dataclass(frozen=True, slots=True)
class DeliveriesOutcome:
    """What was found. `faults` in words; `foreign`: offset, and what it is; `held_back`: what is yet to be sent.

    `receipts`: numbers that were sent again have several. `unsent`: how many alerts wait in all, also behind a number
    that is stalled or a subscription that is closed; `unrecalled`: the same of recalls.
    """

    subscriptions: int
    numbers: int
    receipts: int
    waiting: int
    unsent: int
    unrecalled: int
    faults: tuple[str, ...]
    foreign: tuple[tuple[int, str], ...]
    held_back: tuple[str, ...]


class DeliveriesVerification:
    """Takes the records of deliveries.v1 in order. `orders` and `sent` hold everything that these are about."""

    def __init__(self, sent: SentAlerts, orders: Orders) -> None:
        self._sent, self._orders = sent, orders
        self._chains, self._lines = Chains(), dict[str, LineCheck]()
        self._last: dict[str, int] = {}
        self._folded, self._doubtful = dict[str, Line](), set[str]()
        self._faults: list[str] = []
        self._stalls = set[Stalling]()

    def run(self, records: Iterable[Record]) -> DeliveriesOutcome:
        """The verdict on all of them."""
        for record in records:
            link = self._chains.take(record.offset, record.value)
            if link is not None:
                self._take(link)
        for link in self._chains.rest():
            self._take(link)
        return self._verdict()

    def _take(self, link: ChainRecord) -> None:
        name, fact = link.fact.subscription, link.fact

        def say(text: str) -> None:
            self._faults.append(f"{DELIVERIES.name} offset {self._last[name]}: {name}: {text}")

        before = self._last.get(name)
        self._last[name] = link.offset
        if link.is_broken:
            say(f"it names another record before it than that at offset {before}: one is gone, or was changed")
        self._check_places(link, say)
        if isinstance(fact, Stalled) or (isinstance(fact, Closed) and fact.order is None):
            self._stalls.add((name, fact.at))
        if name in self._lines:
            self._lines[name].take(fact)
        elif isinstance(fact, Opened):
            self._lines[name] = LineCheck(fact, self._sent, self._orders, self._stalls, say)

    def _check_places(self, link: ChainRecord, say: Callable[[str], None]) -> None:
        """They are what the records before them come to. Behind a fault nobody can say so any more."""
        name = link.fact.subscription
        if name in self._doubtful:
            return
        try:
            self._folded[name] = succeed(self._folded.get(name), link.fact, link.digest)
        except ValueError:
            self._doubtful.add(name)
            if isinstance(link.fact, Places):
                say("its places are others than what the records before come to")

    def _verdict(self) -> DeliveriesOutcome:
        lines, held_back = list(self._lines.values()), list[str]()
        for name, check in self._lines.items():
            if check.line.closed is None and check.line.waiting is None:
                held_back += [f"{name}: {what}" for what in _behind(check)]
        names = [name for name in self._orders.subscriptions() if name not in self._lines]
        held_back += [f"{name}: it is not opened yet" for name in names]
        return DeliveriesOutcome(
            subscriptions=len(lines), numbers=sum(one.numbers for one in lines),
            receipts=sum(one.receipts for one in lines),
            waiting=sum(one.line.waiting is not None for one in lines),
            unsent=sum(len(one.unsent()) for one in lines), unrecalled=sum(len(one.unrecalled()) for one in lines),
            faults=tuple(self._faults), foreign=tuple(sorted(self._chains.foreign)), held_back=tuple(held_back),
        )  # fmt: skip


def _behind(check: LineCheck) -> Iterator[str]:
    """What nothing keeps from being sent, and is not."""
    unsent = check.unsent()
    if unsent:
        yield f"{len(unsent)} alerts are not sent yet, from {unsent[0]} to {unsent[-1]}"
    yield from (f"the recall of {one} is not sent yet" for one in check.unrecalled())

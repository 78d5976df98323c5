"""What one subscription is sent: which event is next, its intent, and the body of a number, as it was."""

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from itertools import dropwhile, takewhile
from typing import cast

from delivery.alert_log import AlertLog
from delivery.bodies import FORM
from delivery.delivery_event import DeliveryEvent
from delivery.intents import Intents
from delivery.ledger import Line, Page
from delivery.numbering.composition import Composition
from delivery.numbering.line import STALL
from delivery.numbering.opening import Opening
from delivery.numbering.turns import Turns
from delivery.orders import Orders
from models.delivery.record import Opened, Sending
from models.delivery.stall import Stall
from models.delivery.terms import Terms
from models.errors import Unavailable, Unproved, WrongUse
from models.key_store import KeyStore
from models.topics import ALERTS


class BodyMaker:
    """`intents` reads those of a subscription once more; `board` counts while no alert has come."""

    def __init__(  # noqa: PLR0913, PLR0917  (what bodies are made of)
        self,
        terms: Terms,
        opened: Opened,
        alerts: AlertLog,
        orders: Orders,
        intents: Intents,
        board: str,
        now: Callable[[], str],
        keys: KeyStore | None = None,
    ) -> None:
        self._keys = keys
        self._opened, self.turns = opened, Turns(terms, alerts, now)
        self._terms, self._alerts, self._orders = terms, alerts, orders
        self._intents, self._expected_board = intents, board
        self._before: Mapping[int, Sending] = {}

    @property
    def _board(self) -> str:
        return self._alerts.board or self._expected_board

    async def next(self, line: Line, stall: Stall | None = None) -> Composition | None:
        """What goes out next; None: there is nothing yet, or the governor waits. Raises Unavailable, Unproved.

        `stall`: of another subscription, which goes before the alerts.
        """
        if line.is_again:
            return await self._again(line)
        if (recall := self.due_recall(line)) is not None:
            return Composition.one(self._recall(recall))
        if line.next_band is not None:
            members = await self._alerts.members_at(line.next_band)
            return Composition.one(DeliveryEvent.band(self._board, self._opened, line.next_band, members))
        if stall is not None:
            return Composition.one(DeliveryEvent.stalled(self._board, stall, line.place))
        turn = self.turns.next(line)
        return None if turn is None else Composition(turn.kind, await self._read(turn.sequences), turn.paced_until)

    def at_hand(self, line: Line) -> Composition | None:
        """The same, where it is in memory, is no repeat and no recall, and nobody's capacity counts."""
        if line.is_again or line.next_band is not None or self.due_recall(line) is not None or self._terms.capacity:
            return None
        found = [self._alerts.at_hand(one) for one in self.turns.due(line, self._terms.batch)]
        parts = tuple(takewhile(lambda one: one is not None, found))
        return Composition.batch(cast(tuple[DeliveryEvent, ...], parts)) if parts else None

    def add_intent(self, page: Page, line: Line, found: Composition) -> None:
        """The intent of the next number; of one that is sent again with the digest that it had."""
        number, before = line.next_number, self._before.get(line.next_number)
        digest = hashlib.sha256(self._body(found, number, line.followed)).hexdigest()
        is_same = before is not None and (before.number, before.last_number) == (number, found.last(number))
        if before is not None and is_same and line.is_again and before.follows == line.followed:
            digest = before.digest  # what cannot be made again is not sent
        last = found.last(number) if found.kind == "batch" else None
        page.add(
            Sending, number=number, follows=line.followed, event=found.event,
            id=found.identity(self._terms.id, number), sequence=found.parts[-1].sequence, order=found.parts[0].order,
            last=last, sequences=found.sequences, paced_until=found.paced_until, stall=found.parts[0].stall,
            form=FORM, digest=digest,
        )  # fmt: skip

    async def body_of(self, sending: Sending) -> bytes | None:
        """As it was when the intent was written; None: it cannot be made again. Raises Unavailable, Unproved."""
        found = Composition.again(sending, await self._events(sending))
        body = self._body(found, sending.number, sending.follows)
        is_same = sending.form == FORM and hashlib.sha256(body).hexdigest() == sending.digest
        return body if is_same else None

    async def leaving(self, sending: Sending, body: bytes) -> bytes:
        """The body, or the same in clear where the agreement says so. Raises Unavailable, WrongUse."""
        if not self._terms.open:
            return body
        if self._keys is None:
            raise WrongUse("HARMWATCH_KEY_STORE is not set, and names are to go out in clear")
        opening = Opening(self._keys, self._alerts.baseline)
        parts = await asyncio.to_thread(opening.open, await self._events(sending))
        return self._body(Composition.again(sending, parts), sending.number, sending.follows)

    async def check_history(self, line: Line) -> None:
        """Raises Unproved where alerts.v1 tells something else than was sent last, Unavailable.

        A topic that was recreated may be as long as the other was. What waits is looked at when it is sent.
        """
        sent = line.sent
        if sent is None or line.waiting is not None or line.closed is not None:
            return
        if (
            sent.event in {"recall", STALL} or sent.form != FORM
        ):  # it says nothing of alerts.v1, or nobody can say what it said
            return
        is_there = sent.event == "band" or self._alerts.first <= min(sent.event_sequences)
        if not is_there or await self.body_of(sent) is None:
            item = f"{ALERTS.name} tells something else at {sent.sequence} than {self._terms.id} was sent as {sent.id}"
            raise Unproved(f"{item}: was it recreated? Run `harmwatch verify --deliveries`")

    def due_recall(self, line: Line) -> int | None:
        """The order of a recall that comes next: as soon as its alert was sent, before any other one."""
        concerns = self._alerts.concerns
        due = (one for one in line.due_recalls if one.instead_of is not None or concerns(one.sequence, line))
        return next((one.order for one in due), None)

    def _body(self, found: Composition, number: int, follows: int) -> bytes:
        return found.body(self._terms.id, self._terms.content, number, follows)

    async def _again(self, line: Line) -> Composition:
        """What the next number was before; of a batch what is left of it, and was not set aside. Raises Unavailable."""
        number = line.next_number
        before = await self._sent_before(number)
        parts = await self._events(before)
        if before.event != "batch":
            return Composition.again(before, parts)
        rest = zip(range(before.number, before.last_number + 1), parts, strict=True)
        left = dropwhile(lambda one: one[0] < number, rest)
        return Composition.batch(tuple(item for _, item in takewhile(lambda one: one[0] not in line.aside, left)))

    def _recall(self, order: int) -> DeliveryEvent:
        """Raises Unproved where the order is gone."""
        return DeliveryEvent.recall(self._board, order, self._orders.recall(order), self._opened)

    async def _sent_before(self, number: int) -> Sending:
        """The intent of a number that is sent again. Raises Unavailable."""
        if number not in self._before:
            self._before = await asyncio.to_thread(self._intents, self._terms.id, number)
        if number not in self._before:
            raise Unavailable(f"Kafka: the intent of number {number} was read before, and cannot be read again")
        return self._before[number]

    async def _events(self, sending: Sending) -> tuple[DeliveryEvent, ...]:
        """What an intent is about. Raises Unavailable."""
        if sending.order is not None:
            return (self._recall(sending.order),)
        if sending.stall is not None:
            return (DeliveryEvent.stalled(sending.id.split(":", 1)[0], sending.stall, sending.sequence),)
        if sending.event == "band":
            members = await self._alerts.members_at(sending.sequence)
            return (DeliveryEvent.band(sending.id.split(":", 1)[0], self._opened, sending.sequence, members),)
        return await self._read(sending.event_sequences)

    async def _read(self, sequences: tuple[int, ...]) -> tuple[DeliveryEvent, ...]:
        """Raises Unavailable."""
        return tuple([await self._alerts.read(one) for one in sequences])

"""What one subscription is sent: which event is next, its intent, and the body of a number, as it was."""

import asyncio
import hashlib
from collections.abc import Mapping

from delivery.alert_log import AlertLog
from delivery.bodies import FORM, make_body
from delivery.intents import Intents
from delivery.ledger import Line, Page
from delivery.orders import Orders
from delivery.told import Told
from models.delivery.record import Opened, Sending
from models.delivery.terms import Terms
from models.errors import Unavailable


class BodyMaker:
    """`intents` reads those of a subscription once more; `board` counts while no alert has come."""

    def __init__(  # noqa: PLR0913, PLR0917  (what bodies are made of)
        self, terms: Terms, opened: Opened, alerts: AlertLog, orders: Orders, intents: Intents, board: str
    ) -> None:
        self._opened = opened
        self._terms, self._alerts, self._orders = terms, alerts, orders
        self._intents, self._expected_board = intents, board
        self._before: Mapping[int, Sending] = {}

    @property
    def _board(self) -> str:
        return self._alerts.board or self._expected_board

    async def next(self, line: Line) -> Told | None:
        """What the next number is about; None: there is nothing yet. Raises Unavailable, Unproved."""
        if line.is_again:
            return await self._told(await self._sent_before(line.next_number))
        if (recall := self.due_recall(line)) is not None:
            return self._recall(recall)
        if line.opened.band and line.number == 0:
            members = await self._alerts.members_at(line.opened.place)
            return Told.band(self._board, self._terms.id, line.opened.place, members)
        sequence = self._alerts.next_sequence(line)
        return None if sequence is None else await self._alerts.read(sequence)

    def add_intent(self, page: Page, line: Line, told: Told) -> None:
        """The intent of the next number; of one that is sent again with the digest that it had."""
        number, before = line.next_number, self._before.get(line.next_number)
        digest = hashlib.sha256(self._body(told, number, line.followed)).hexdigest()
        if before is not None and line.is_again and before.follows == line.followed:
            digest = before.digest  # what cannot be made again is not sent
        page.add(
            Sending, number=number, follows=line.followed, event=told.event, id=told.id, sequence=told.sequence,
            order=told.order, form=FORM, digest=digest,
        )  # fmt: skip

    async def body_of(self, sending: Sending) -> bytes | None:
        """As it was when the intent was written; None: it cannot be made again. Raises Unavailable, Unproved."""
        body = self._body(await self._told(sending), sending.number, sending.follows)
        is_same = sending.form == FORM and hashlib.sha256(body).hexdigest() == sending.digest
        return body if is_same else None

    def due_recall(self, line: Line) -> int | None:
        """The order of a recall that comes next: as soon as its alert was sent, before any other one."""
        concerns = self._alerts.concerns
        due = (one for one in line.due_recalls if one.instead_of is not None or concerns(one.sequence, line))
        return next((one.order for one in due), None)

    def _body(self, told: Told, number: int, follows: int) -> bytes:
        return make_body(told, self._terms.id, self._terms.content, number, follows)

    def _recall(self, order: int) -> Told:
        """Raises Unproved where the order is gone."""
        return Told.recall(self._board, order, self._orders.recall(order), self._opened)

    async def _sent_before(self, number: int) -> Sending:
        """The intent of a number that is sent again. Raises Unavailable."""
        if number not in self._before:
            self._before = await asyncio.to_thread(self._intents, self._terms.id, number)
        if number not in self._before:
            raise Unavailable(f"Kafka: the intent of number {number} was read before, and cannot be read again")
        return self._before[number]

    async def _told(self, sending: Sending) -> Told:
        """What an intent is about. Raises Unavailable."""
        if sending.order is not None:
            return self._recall(sending.order)
        if sending.event == "band":
            members = await self._alerts.members_at(sending.sequence)
            return Told.band(sending.id.split(":", 1)[0], self._terms.id, sending.sequence, members)
        return await self._alerts.read(sending.sequence)

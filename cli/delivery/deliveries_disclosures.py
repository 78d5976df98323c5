"""`harmwatch deliveries disclosures`: who was told about a person, by which agreement, and when."""

from typing import Literal

import click

from cli.alerts.reading import sent_alerts
from cli.delivery.deliveries_list import DeliveryRow, list_deliveries
from cli.delivery.ledger import read_orders
from cli.delivery.naming import names
from cli.output import json_option, show
from cli.topics import passed_over_option
from delivery.orders import Orders
from models.alert import Alert, BaselineEvent
from models.delivery.order import RecallOrder
from models.errors import WrongUse
from models.journal.transition import Move
from models.token import Token
from runtime.settings import Settings, load_settings
from sight.document import Document
from sight.printable import printable


class DisclosureRow(Document):
    """One number that is about a person: to whom, by which agreement, when, and what became of it.

    `names`: whether it names them, and not only an alert of theirs. `what`: an alert that moved them or names them
    beside another one, a band or baseline that they stand in, or a recall of such an alert.
    """

    subscription: str
    recipient: str
    agreement: str
    number: int
    id: str
    what: Literal["alert", "band", "baseline", "recall"]
    names: bool
    state: str
    sent_at: str
    ended_at: str | None
    times: int


class DisclosuresDocument(Document):
    """In order of their intents. A number that waits counts: its receiver may have got it."""

    offender_id: str
    disclosures: tuple[DisclosureRow, ...]


DOCUMENT = DisclosuresDocument


@click.command()
@click.argument("offender_id")
@passed_over_option
@json_option
def command(offender_id: str, passed_over: tuple[int, ...], as_json: bool) -> None:
    """Lists who was sent what about a person, by which agreement and when: the disclosure log.

    Of a sealed board HARMWATCH_KEY_STORE opens it; about a person who was erased nobody can tell any more.
    """
    show(list_disclosures(load_settings(), offender_id, passed_over), as_json, render_disclosures)


def list_disclosures(settings: Settings, offender_id: str, passed_over: tuple[int, ...] = ()) -> DisclosuresDocument:
    """The document. Raises WrongUse where alerts are sealed and no key is there, Unproved, Unavailable."""
    orders, rows = read_orders(settings), list[DisclosureRow]()
    about = _About(offender_id, orders)
    with sent_alerts(settings, passed_over=passed_over) as sent:
        for event in sent:
            about.take(event)
    for row in list_deliveries(settings).deliveries:
        terms, what = orders.newest(row.subscription), about.what(row)
        if terms is not None and what is not None:
            rows.append(
                DisclosureRow(
                    recipient=terms.recipient, agreement=terms.agreement, what=what,
                    names=what != "recall" and terms.content == "full",
                    **row.model_dump(include=DisclosureRow.model_fields.keys() & DeliveryRow.model_fields.keys()),
                )
            )  # fmt: skip
    return DisclosuresDocument(offender_id=offender_id, disclosures=tuple(rows))


class _About:
    """What on alerts.v1 names one person."""

    def __init__(self, offender_id: str, orders: Orders) -> None:
        self._who, self._orders = offender_id, orders
        self._alerts: set[str] = set()
        self._stays: list[tuple[int, int | None]] = []

    def take(self, event: Alert | BaselineEvent) -> None:
        """The next event. Raises WrongUse where it is sealed."""
        people = [event.offender_id] if isinstance(event, Alert) else [one.offender_id for one in event.band]
        if any(map(Token.read, people)):
            raise WrongUse("the alerts are sealed: HARMWATCH_KEY_STORE must name the store with their keys")
        if not names(event, self._who):
            return
        if isinstance(event, BaselineEvent):
            self._alerts.add(f"{event.board}:baseline:{event.last_sequence}")
            self._stays.append((event.last_sequence, None))
            return
        self._alerts.add(event.alert_id)
        if event.offender_id == self._who and event.transition is Move.ENTERED:
            self._stays.append((event.sequence, None))
        elif event.offender_id == self._who and self._stays:
            self._stays[-1] = self._stays[-1][0], event.sequence

    def what(self, row: DeliveryRow) -> Literal["alert", "band", "baseline", "recall"] | None:
        """How a number is about them; None: it is not."""
        if row.order is not None:
            recall = self._orders.find(row.order)
            is_theirs = isinstance(recall, RecallOrder) and recall.alert_id in self._alerts
            return "recall" if is_theirs else None
        if not self._alerts.isdisjoint(row.alerts):
            return "baseline" if ":baseline:" in row.id else "alert"
        if f":{row.subscription}:band" in row.id:
            is_in = any(begun <= row.sequence and (end is None or row.sequence < end) for begun, end in self._stays)
            return "band" if is_in else None
        return None


def render_disclosures(document: DisclosuresDocument) -> str:
    """A line for each."""
    return "\n".join(map(_line, document.disclosures)) or f"nothing was sent about {printable(document.offender_id)}"


def _line(row: DisclosureRow) -> str:
    named = "names them" if row.names else "does not name them"
    times = "" if row.times == 1 else f", sent {row.times} times"
    ended = "" if row.ended_at is None else f" {row.ended_at}"
    to = f"{row.recipient} ({row.agreement})"
    return f"{row.sent_at}  {to}: number {row.number}, {row.what} {row.id}, {named}; {row.state}{ended}{times}"

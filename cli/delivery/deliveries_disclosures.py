"""`harmwatch deliveries disclosures`: who was told about a person, by which agreement, and when."""

import click

from cli.delivery.concerning import What, concerning
from cli.delivery.deliveries_list import list_deliveries
from cli.delivery.delivery_row import DeliveryRow
from cli.delivery.ledger import read_orders
from cli.output import json_option, show
from cli.topics import passed_over_option
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
    what: What
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
    found = list_deliveries(settings).deliveries
    for row, what in concerning(settings, orders, found, offender_id, passed_over):
        if (terms := orders.newest(row.subscription)) is not None:
            rows.append(
                DisclosureRow(
                    recipient=terms.recipient, agreement=terms.agreement, what=what,
                    names=what != "recall" and terms.content == "full",
                    **row.model_dump(include=DisclosureRow.model_fields.keys() & DeliveryRow.model_fields.keys()),
                )
            )  # fmt: skip
    return DisclosuresDocument(offender_id=offender_id, disclosures=tuple(rows))


def render_disclosures(document: DisclosuresDocument) -> str:
    """A line for each."""
    return "\n".join(map(_line, document.disclosures)) or f"nothing was sent about {printable(document.offender_id)}"


def _line(row: DisclosureRow) -> str:
    named = "names them" if row.names else "does not name them"
    times = "" if row.times == 1 else f", sent {row.times} times"
    ended = "" if row.ended_at is None else f" {row.ended_at}"
    to = f"{row.recipient} ({row.agreement})"
    return f"{row.sent_at}  {to}: number {row.number}, {row.what} {row.id}, {named}; {row.state}{ended}{times}"

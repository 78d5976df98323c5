"""`harmwatch deliveries show`: one number of a subscription, and whether its body can be made again."""

import hashlib
from collections.abc import Collection, Iterator, Sequence

import click
from kafka.errors import KafkaError

from broker.clients import explain
from cli.delivery.deliveries_list import list_deliveries, render_row
from cli.delivery.delivery_row import DeliveryRow
from cli.delivery.ledger import read_facts, read_orders
from cli.output import json_option, show
from cli.topics import open_topics, passed_over_option
from delivery.bodies import FORM
from delivery.delivery_event import DeliveryEvent
from delivery.ledger import ALERTING, Ledger
from delivery.numbering.composition import Composition
from delivery.orders import Orders
from harmwatch_client import Alerts, Band, ClientError
from models.delivery.record import Delivery, Opened, Sending, Stalled
from models.delivery.terms import Terms
from models.errors import PreconditionFailed, Unproved
from models.topics import ALERTS
from runtime.settings import Settings, load_settings
from sight.document import Document


class StallDocument(Document):
    """Why it was not accepted at some time."""

    at: str
    cause: str
    status: int | None
    tries: int


class DeliveryDocument(Document):
    """One number; `body_is_the_same`: what lies on alerts.v1 still makes the body of which the digest stands there."""

    delivery: DeliveryRow
    follows: int
    recipient: str
    agreement: str
    content: str
    stalls: tuple[StallDocument, ...]
    body_is_the_same: bool


DOCUMENT = DeliveryDocument


@click.command()
@click.argument("subscription")
@click.argument("number", type=click.IntRange(1))
@passed_over_option
@json_option
def command(subscription: str, number: int, passed_over: tuple[int, ...], as_json: bool) -> None:
    """Shows one number of a subscription: what became of it, and whether its body can be made again."""
    show(show_delivery(load_settings(), subscription, number, passed_over), as_json, render_delivery)


def show_delivery(
    settings: Settings, subscription: str, number: int, passed_over: Collection[int] = ()
) -> DeliveryDocument:
    """The document of `deliveries show`; `passed_over`: offsets of forged alerts.

    Raises PreconditionFailed where it was never sent, Unproved, Unavailable.
    """
    found = list_deliveries(settings, subscription).deliveries
    rows = [row for row in found if row.number <= number <= row.last_number]
    if not rows:
        raise PreconditionFailed(f"number {number} was never sent to {subscription!r}: harmwatch deliveries list")
    facts = list(read_facts(settings, Ledger()))
    mine = [fact for fact in facts if fact.subscription == subscription]
    sending = [one for one in mine if isinstance(one, Sending) and one.number <= number <= one.last_number][-1]
    orders = read_orders(settings)
    terms = orders.newest(subscription)
    if terms is None:
        raise PreconditionFailed(f"the terms of {subscription!r} are gone from delivery-orders.v1")
    return DeliveryDocument(
        delivery=rows[-1], follows=sending.follows, recipient=terms.recipient, agreement=terms.agreement,
        content=terms.content,
        stalls=tuple(
            StallDocument(at=fact.at, cause=fact.cause, status=fact.status, tries=fact.tries)
            for fact in mine if isinstance(fact, Stalled) and fact.number == sending.number
        ),
        body_is_the_same=_is_made_again(settings, sending, terms, passed_over, orders, _opening(mine)),
    )  # fmt: skip


def _opening(facts: Sequence[Delivery]) -> Opened:
    return next(fact for fact in facts if isinstance(fact, Opened))


def _is_made_again(
    settings: Settings, sending: Sending, terms: Terms, passed_over: Collection[int], orders: Orders, opened: Opened
) -> bool:
    if sending.stall is not None:
        parts: tuple[DeliveryEvent, ...] = (
            DeliveryEvent.stalled(sending.id.split(":", 1)[0], sending.stall, sending.sequence),
        )
    elif sending.order is not None:
        parts = (_recall(sending, sending.order, orders, opened),)
    else:
        parts = _sent_parts(settings, sending, passed_over, opened)
    if len(parts) != len(sending.event_sequences) or sending.form != FORM:
        return False
    found = Composition.again(sending, parts)
    body = found.body(terms.id, terms.content, sending.number, sending.follows)
    return hashlib.sha256(body).hexdigest() == sending.digest


def _recall(sending: Sending, order: int, orders: Orders, opened: Opened) -> DeliveryEvent:
    """Raises Unproved where the order is gone."""
    return DeliveryEvent.recall(sending.id.rsplit(":", 2)[0], order, orders.recall(order), opened)


def _sent_parts(
    settings: Settings, sending: Sending, passed_over: Collection[int], opened: Opened
) -> tuple[DeliveryEvent, ...]:
    """What the number told, from alerts.v1 alone, as far as it is there."""
    open_topics(settings, ALERTS)
    band, found = Band(), list[DeliveryEvent]()
    try:
        with Alerts(
            settings.brokers, prefix=settings.prefix, passed_over=passed_over,
            kafka=settings.brokers.security.options(),
        ) as alerts:  # fmt: skip
            for event in alerts.until_now():
                if event.sequence > sending.sequence:
                    break
                band.take(event)
                found += [DeliveryEvent.of(event)] if event.sequence in sending.event_sequences else []
    except ClientError as error:
        raise Unproved(f"{error}: run `harmwatch verify`") from error
    except KafkaError as error:
        raise explain(error, settings.brokers, " does not answer") from error
    if sending.event in ALERTING:
        return tuple(found)
    band_event = DeliveryEvent.band(sending.id.split(":", 1)[0], opened, sending.sequence, band.members.values())
    return (band_event,)


def render_delivery(document: DeliveryDocument) -> str:
    """A few lines."""
    return "\n".join([render_row(document.delivery), *_lines(document)])


def _lines(document: DeliveryDocument) -> Iterator[str]:
    row = document.delivery
    yield f"  to {document.recipient} under {document.agreement}, {document.content}, behind number {document.follows}"
    for stall in document.stalls:
        status = "" if stall.status is None else f" ({stall.status})"
        yield f"  {stall.at}  not accepted at try {stall.tries}: {stall.cause}{status}"
    same = "what lies on alerts.v1 makes it again" if document.body_is_the_same else "it cannot be made again"
    yield f"  body {row.digest}: {same}"

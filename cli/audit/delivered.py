"""What `harmwatch verify --deliveries` adds: the ledger of deliveries, held against alerts and orders."""

from collections.abc import Collection, Iterator
from contextlib import closing
from dataclasses import asdict, replace
from itertools import takewhile

from kafka.errors import KafkaError

from audit.verify.faults import RecordPlace
from audit.verify.outcome import Outcome
from broker.clients import explain
from broker.open_transactions import wait_until_readable
from cli.topics import Topics, open_topics
from cli.waiting import say_waiting
from delivery.orders import Orders
from delivery.verify.sent_alerts import SentAlerts
from delivery.verify.verification import DeliveriesOutcome, DeliveriesVerification
from harmwatch_client import Alerts, ClientError
from models.errors import Unproved
from models.topics import ALERTS, DELIVERIES, DELIVERY_ORDERS
from runtime.settings import Settings
from sight.document import Document


class DeliveriesCheck(Document):
    """How many subscriptions and numbers were looked at, and what became of these; numbers sent again count once.

    `unsent` alerts and `unrecalled` recalls are yet to be sent, also those behind a number that is stalled.
    """

    subscriptions: int
    numbers: int
    receipts: int
    waiting: int
    unsent: int
    unrecalled: int


def verify_deliveries(settings: Settings, passed_over: Collection[RecordPlace] = ()) -> DeliveriesOutcome:
    """The verdict on all that is there now; places of forged alerts are left out.

    Raises Unproved at a gap of alerts.v1, PreconditionFailed where a topic is missing, Unavailable.
    """
    topics, sent = open_topics(settings, ALERTS, DELIVERIES, DELIVERY_ORDERS), SentAlerts()
    forged = [offset for topic, offset in passed_over if topic == ALERTS.name]
    try:
        with Alerts(
            settings.brokers, prefix=settings.prefix, passed_over=forged, kafka=settings.brokers.security.options()
        ) as alerts, closing(topics(DELIVERIES, 0)) as reader:  # fmt: skip
            _take_all(sent, alerts)
            sent.due = sent.log.last
            wait_until_readable(reader, say_waiting)
            end = reader.end()
            _take_all(sent, alerts)  # what the ledger is about
            records = takewhile(lambda record: record.offset < end, reader.read_until(end))
            return DeliveriesVerification(sent, _orders(topics)).run(records)
    except ClientError as error:
        raise Unproved(f"{error}: alerts.v1 cannot be read past it") from error
    except KafkaError as error:
        raise explain(error, settings.brokers, " does not answer") from error


def _take_all(sent: SentAlerts, alerts: Alerts) -> None:
    for event in alerts.until_now():
        sent.take(event)


def _orders(topics: Topics) -> Orders:
    orders = Orders()
    with closing(topics(DELIVERY_ORDERS, 0)) as reader:
        wait_until_readable(reader, say_waiting)
        for record in reader.read_until(reader.end()):
            orders.take(record.offset, record.value)
    return orders


def with_deliveries(result: Outcome, verdict: DeliveriesOutcome, passed_over: Collection[RecordPlace]) -> Outcome:
    """The outcome of a verification with what was found of deliveries."""
    faults = result.faults
    for text in verdict.faults:
        faults = faults.with_text(text)
    for offset, what in verdict.foreign:
        is_known = (DELIVERIES.name, offset) in passed_over
        faults = faults.with_foreign(DELIVERIES, offset, what, passed_over=is_known)
    return replace(result, faults=faults, held_back=(*result.held_back, *verdict.held_back))


def checked(verdict: DeliveriesOutcome) -> DeliveriesCheck:
    """What the document says of it."""
    facts = asdict(verdict)
    return DeliveriesCheck(**{name: facts[name] for name in DeliveriesCheck.model_fields})


def render_checked(document: DeliveriesCheck) -> Iterator[str]:
    """How many, and what is yet to come."""
    yield (
        f"Deliveries: {document.subscriptions} subscriptions, {document.numbers} numbers, {document.receipts} receipts"
    )
    if document.waiting or document.unsent or document.unrecalled:
        yield (f"  yet to come: {document.waiting} receipts, {document.unsent} alerts, {document.unrecalled} recalls")

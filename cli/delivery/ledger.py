"""The ledger and the orders of an installation, as the commands of delivery read and extend them."""

import time
from collections.abc import Iterator, Sequence
from contextlib import closing

from broker.clients import kafka_errors, producer
from broker.open_transactions import wait_until_readable
from cli.topics import open_topics
from cli.waiting import say_waiting
from delivery.ledger import Ledger
from delivery.ledger_reader import ours
from delivery.orders import Orders
from models.delivery.order import Order, RecallOrder, order_bytes
from models.delivery.record import Delivery
from models.errors import PreconditionFailed
from models.instants import format_instant
from models.topics import DELIVERIES, DELIVERY_ORDERS, topic_name
from runtime.settings import Settings


def read_orders(settings: Settings) -> Orders:
    """Everything that was ordered by now. Raises PreconditionFailed where the topic is missing, Unavailable."""
    orders = Orders()
    with closing(open_topics(settings, DELIVERY_ORDERS)(DELIVERY_ORDERS, 0)) as reader:
        wait_until_readable(reader, say_waiting)
        for record in reader.read_until(reader.end()):
            orders.take(record.offset, record.value)
    return orders


def read_facts(settings: Settings, ledger: Ledger) -> Iterator[Delivery]:
    """Everything that was written by now, which `ledger` takes. Raises the same."""
    with closing(open_topics(settings, DELIVERIES)(DELIVERIES, 0)) as reader:
        wait_until_readable(reader, say_waiting)
        for _, fact in ours(ledger, reader.read_until(reader.end())):
            yield fact


def read_ledger(settings: Settings) -> Ledger:
    """What they come to. Raises the same."""
    ledger = Ledger()
    for _ in read_facts(settings, ledger):
        pass
    return ledger


def refuse_unknown(settings: Settings, subscription: str) -> None:
    """Raises PreconditionFailed where no subscription has this id, Unavailable."""
    known = read_orders(settings).subscriptions()
    if subscription not in known:
        raise PreconditionFailed(f"there is no subscription {subscription!r} (known: {', '.join(known) or 'none'})")


def send_orders(settings: Settings, orders: Sequence[Order]) -> None:
    """They stand on the topic when this returns. Raises Unavailable."""
    sender = producer(settings.brokers)
    try:
        with kafka_errors(settings.brokers):
            topic = topic_name(settings.prefix, DELIVERY_ORDERS)
            sent = [sender.send(topic, key=_key(order), value=order_bytes(order), partition=0) for order in orders]
            for one in sent:
                one.get(30)
    finally:
        sender.close(timeout=1)


def _key(order: Order) -> bytes:
    return (order.alert_id if isinstance(order, RecallOrder) else order.subscription).encode()


def now_text() -> str:
    """The instant of an order."""
    return format_instant(time.time_ns() // 1_000)

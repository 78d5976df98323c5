"""What deliveries.v1 of an installation holds."""

from contextlib import closing

from broker.clients import PartitionReader
from broker.security import Brokers
from delivery.ledger import Ledger
from models.delivery.record import Delivery
from models.topics import DELIVERIES
from tests.delivery.delivering import Delivering


def facts_of(delivering: Delivering) -> list[Delivery]:
    """Every record continues the ledger."""
    published, ledger = delivering.published, Ledger()
    published.settle()
    with closing(PartitionReader(Brokers([published.brokers]), published.prefix + DELIVERIES.name, 0)) as reader:
        values = [record.value for record in reader.read_until(reader.end())]
    facts = [ledger.take(value) for value in values]
    assert None not in facts
    return [fact for fact in facts if fact is not None]

"""A transaction of somebody else that stays open on a topic of the service."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from uuid import uuid4

from kafka import KafkaAdminClient, KafkaProducer

from tests import kafka_transactions
from tests.end_to_end.installation import Installation


class NoText(str):
    """The name of a header that is no UTF-8, as clients in other languages may send it."""

    def encode(self, *_: str) -> bytes:
        """What goes out."""
        return b"\xff\xfe"


def send_with_odd_header(brokers: str, topic: str, key: bytes | None, value: bytes | None) -> None:
    """One record, by somebody who calls a header so."""
    producer = KafkaProducer(bootstrap_servers=brokers)
    producer.send(topic, key=key, value=value, headers=[(NoText("name"), b"x")], partition=0).get(30)
    producer.close()


@contextmanager
def open_transaction(brokers: str, topic: str) -> Iterator[None]:
    """Nothing that is sent behind it can be read for as long as the block; then it is given up."""
    name = f"somebody-{uuid4().hex[:8]}"
    producer = KafkaProducer(bootstrap_servers=brokers, transactional_id=name, transaction_timeout_ms=600_000)
    producer.init_transactions()
    producer.begin_transaction()
    producer.send(topic, value=b"nothing of ours", partition=0).get(30)
    try:
        yield
    finally:
        producer.abort_transaction()
        producer.close()
        with closing(KafkaAdminClient(bootstrap_servers=brokers)) as admin:
            kafka_transactions.settle(admin, name)


def open_on(installation: Installation, topic: str) -> AbstractContextManager[None]:
    """The same on a topic of an installation."""
    return open_transaction(installation.environment["HARMWATCH_KAFKA"], installation.prefix + topic)

"""Writes deliveries.v1 in transactions, under an id by which whoever comes later fences whoever was there before."""

from collections.abc import Sequence

from kafka import OffsetAndMetadata, TopicPartition

from broker.clients import OUTCOME_SECONDS, commit, end_producer, kafka_errors, producer
from broker.security import Brokers
from models.errors import Unavailable


class Writer:
    """One thread uses it. After any error nothing is known of the outcome, until somebody has fenced again."""

    def __init__(self, brokers: Brokers, transactional_id: str, topic: str, group: str) -> None:
        self._brokers, self._topic, self._group = brokers, topic, group
        self._sender = producer(brokers, transactional_id)

    def fence(self) -> None:
        """From here on nobody else writes under this id, and what they had begun is ended. Raises Unavailable."""
        with kafka_errors(self._brokers):
            self._sender.init_transactions()

    def write(self, records: Sequence[tuple[bytes, bytes]]) -> None:
        """Keys and values, all or nothing. Raises Unavailable, also where somebody else has fenced."""
        with kafka_errors(self._brokers):
            self._sender.begin_transaction()
            for key, value in records:
                self._sender.send(self._topic, key=key, value=value, partition=0)
        commit(self._sender)

    def prove(self) -> None:
        """A transaction that writes no fact: it only shows that nobody has fenced. Raises Unavailable.

        It commits an offset of the group, which nobody reads: the ledger is the topic.
        """
        place = {TopicPartition(self._topic, 0): OffsetAndMetadata(0, "", -1)}
        with kafka_errors(self._brokers):
            self._sender.begin_transaction()
            # The client's own call waits for ever.
            outcome = self._sender._transaction_manager.send_offsets_to_transaction(place, self._group)
            self._sender._sender.wakeup()
            if not outcome.wait(timeout_ms=OUTCOME_SECONDS * 1_000):
                raise Unavailable("Kafka: nobody says whether this process is still in office")
        commit(self._sender)

    def close(self) -> None:
        """Ends the connections."""
        end_producer(self._sender)

"""One administration client that is kept, so that asking the brokers again and again needs one login."""

from collections.abc import Iterator
from contextlib import contextmanager

from kafka import KafkaAdminClient

from broker.clients import BOOTSTRAP_MILLISECONDS, admin, kafka_errors
from broker.security import Brokers
from models.errors import Unavailable


class AdminConnection:
    """Asks one question at a time. A client that has failed is not asked again: another one is made for the next."""

    def __init__(self, brokers: Brokers, patience_milliseconds: int = BOOTSTRAP_MILLISECONDS) -> None:
        self._brokers, self._patience_milliseconds = brokers, patience_milliseconds
        self._client: KafkaAdminClient | None = None

    @contextmanager
    def client(self) -> Iterator[KafkaAdminClient]:
        """The client, for a question. Raises Unavailable."""
        if self._client is None:
            self._client = admin(self._brokers, self._patience_milliseconds)
        try:
            with kafka_errors(self._brokers):
                yield self._client
        except Unavailable:
            self.close()
            raise

    def close(self) -> None:
        """Ends the connections."""
        if self._client is not None:
            self._client.close()
            self._client = None

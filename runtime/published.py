"""What was published and cannot be read yet, because it stands behind an open transaction on a topic of ours."""

from kafka import TopicPartition

from models.topics import ALERTS, DEAD_LETTERS, JOURNAL, topic_name
from runtime.kafka import admin, kafka_errors
from runtime.open_transactions import OpenTransaction, find_open_transactions
from runtime.settings import Settings


class Published:
    """Looks at the topics on which the service publishes, over one connection. Raises Unavailable."""

    def __init__(self, settings: Settings) -> None:
        self._client = admin(settings.brokers)
        with kafka_errors():
            there = set(self._client.list_topics())
        names = (topic_name(settings.prefix, topic) for topic in (JOURNAL, ALERTS, DEAD_LETTERS))
        self._partitions = [TopicPartition(name, 0) for name in names if name in there]

    def held_back(self) -> list[OpenTransaction]:
        """The oldest transaction that is open on each topic; in service the relay's own is one, for a moment."""
        with kafka_errors():
            return find_open_transactions(self._client, self._partitions)

    def close(self) -> None:
        """Ends the connection."""
        self._client.close()

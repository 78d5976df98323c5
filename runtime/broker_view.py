"""What the brokers tell of a board: how far its input was sent, who reads it, and what nobody can read yet."""

from kafka import IsolationLevel, OffsetSpec, TopicPartition

from broker.clients import admin, kafka_errors
from broker.members import Group, NoCoordinator, find_group
from broker.open_transactions import OpenTransaction, find_open_transactions
from models.topics import ALERTS, DEAD_LETTERS, JOURNAL, topic_name
from runtime.installation import group_name
from runtime.settings import Settings
from runtime.topic_identity import TopicIdentity


class BrokerView:
    """Looks over one connection. Raises Unavailable."""

    def __init__(self, settings: Settings, place: TopicIdentity) -> None:
        self._group = group_name(settings)
        self._addresses = settings.brokers
        self.topic = place.topic
        self._client = admin(settings.brokers)
        try:
            with kafka_errors(self._addresses):
                there = set(self._client.list_topics())
        except BaseException:
            self._client.close()
            raise
        self._input = [TopicPartition(place.topic, number) for number in range(place.partitions)]
        names = (topic_name(settings.prefix, topic) for topic in (JOURNAL, ALERTS, DEAD_LETTERS))
        self._output = [TopicPartition(name, 0) for name in names if name in there]

    def sent(self) -> dict[int, int]:
        """The high watermark of each partition of offences.v1: how far records were sent, readable or not."""
        with kafka_errors(self._addresses):
            found = self._client.list_partition_offsets(
                dict.fromkeys(self._input, OffsetSpec.LATEST), IsolationLevel.READ_UNCOMMITTED
            )
        return {place.partition: end.offset for place, end in found.items()}

    def held_back(self) -> list[OpenTransaction]:
        """The oldest transaction that is open on each partition; in service the relay's own is one, for a moment."""
        with kafka_errors(self._addresses):
            return find_open_transactions(self._client, [*self._input, *self._output])

    def group(self) -> Group:
        """The workers' group; while nobody can tell of it, one in which nothing is settled."""
        try:
            with kafka_errors(self._addresses):
                return find_group(self._client, self._group, self.topic)
        except NoCoordinator:
            return Group(is_settled=False, members={}, hosts={})

    def close(self) -> None:
        """Ends the connection."""
        self._client.close()

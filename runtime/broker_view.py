"""What the brokers tell of a board: how far its input was sent, who reads it, and what cannot be read yet."""

from kafka import IsolationLevel, OffsetSpec, TopicPartition
from kafka.errors import UnknownTopicOrPartitionError

from broker.clients import admin, kafka_errors
from broker.members import Group, NoCoordinator, find_group
from broker.open_transactions import OpenTransaction, find_open_transactions
from models.topics import ALERTS, DEAD_LETTERS, JOURNAL, topic_name
from runtime.installation import group_name
from runtime.settings import Settings
from runtime.topic_identity import TopicIdentity, read_place


class BrokerView:
    """Looks over one connection. `missing` names the output topics that are gone. Raises Unavailable."""

    def __init__(self, settings: Settings) -> None:
        """Raises PreconditionFailed where offences.v1 is missing, too."""
        self._settings = settings
        self._group = group_name(settings)
        self._addresses = settings.brokers
        self._client = admin(settings.brokers)
        try:
            self.place = self.look_again()
        except BaseException:
            self._client.close()
            raise

    def look_again(self) -> TopicIdentity:
        """Where the input lies by now; what else is asked from here on is asked of the topics and partitions there are.

        Raises PreconditionFailed where it is missing.
        """
        names = [topic_name(self._settings.prefix, topic) for topic in (JOURNAL, ALERTS, DEAD_LETTERS)]
        with kafka_errors(self._addresses):
            self.place = read_place(self._client, self._settings)
            found = self._client.describe_topics(names)
        self._input = [TopicPartition(self.place.topic, number) for number in range(self.place.partitions)]
        self._output = [TopicPartition(each["name"], 0) for each in found if not each["error_code"]]
        self.missing = [each["name"] for each in found if each["error_code"] == UnknownTopicOrPartitionError.errno]
        return self.place

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
        """The workers' group; while it is unknown, one in which nothing is settled."""
        try:
            with kafka_errors(self._addresses):
                return find_group(self._client, self._group, self.place.topic)
        except NoCoordinator:
            return Group(is_settled=False, members={}, hosts={})

    def close(self) -> None:
        """Ends the connection."""
        self._client.close()

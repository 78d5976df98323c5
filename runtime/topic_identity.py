"""Where the records lie: the cluster and the topic, named so that a worker notices another one."""

from dataclasses import dataclass

from kafka import KafkaAdminClient
from kafka.errors import NoError, UnknownTopicOrPartitionError, for_code

from broker.clients import PartitionReader, admin, kafka_errors
from models.errors import PreconditionFailed
from models.topics import OFFENCES, topic_name
from runtime.settings import Settings


@dataclass(frozen=True, slots=True)
class TopicIdentity:
    """The input topic of an installation, as its cluster knows it."""

    cluster_id: str
    topic_id: str
    topic: str
    partitions: int


def topic_recreated(topic: str, why: str) -> str:
    """What a worker says of a topic that is another one than it was when it began; `why` it thinks so."""
    return (
        f"topic {topic} was recreated while this worker ran ({why}): the board stands for records that are gone. "
        "Bring the old topic back, or use another HARMWATCH_PREFIX for a new board."
    )


def find_place(settings: Settings) -> TopicIdentity:
    """Where offences.v1 lies. Raises PreconditionFailed when it is missing, and Unavailable."""
    client = admin(settings.brokers)
    try:
        with kafka_errors(settings.brokers):
            return read_place(client, settings)
    finally:
        client.close()


def read_place(client: KafkaAdminClient, settings: Settings) -> TopicIdentity:
    """The same of a client that is there. Raises its errors, and PreconditionFailed when the topic is missing."""
    name = topic_name(settings.prefix, OFFENCES)
    cluster = client.describe_cluster()
    found = client.describe_topics([name])[0]
    error = for_code(found["error_code"])
    if error is UnknownTopicOrPartitionError:
        raise PreconditionFailed(f"topic {name} is missing: run `harmwatch topics create`")
    if error is not NoError:
        raise error(name)
    return TopicIdentity(str(cluster["cluster_id"]), str(found["topic_id"]), name, len(found["partitions"]))


def look_at_place(client: KafkaAdminClient, settings: Settings, ours: TopicIdentity) -> None:
    """Raises PreconditionFailed where the topic is another one by now: it holds other records at the same offsets."""
    # A recreated topic has the same name and the same offsets; only its id never comes back (decision 0015).
    now = read_place(client, settings)
    if (now.cluster_id, now.topic_id) != (ours.cluster_id, ours.topic_id):
        raise PreconditionFailed(topic_recreated(ours.topic, f"topic_id {now.topic_id}, it was {ours.topic_id}"))


def refuse_other_place(settings: Settings, ours: TopicIdentity) -> None:
    """The same for who has no client. Raises Unavailable."""
    client = admin(settings.brokers)
    try:
        with kafka_errors(settings.brokers):
            look_at_place(client, settings, ours)
    finally:
        client.close()


def partition_ends(settings: Settings, place: TopicIdentity) -> dict[int, int]:
    """The last stable offset of every partition of offences.v1."""
    reader = PartitionReader(settings.brokers, place.topic, 0)
    try:
        return reader.ends(place.partitions)
    finally:
        reader.close()

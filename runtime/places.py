"""Where the records lie: the cluster and the topic, named so that a worker notices another one."""

from dataclasses import dataclass

from models.errors import StartRefused
from models.topics import OFFENCES, topic_name
from runtime.kafka import PartitionReader, admin, kafka_errors
from runtime.settings import Settings


@dataclass(frozen=True, slots=True)
class Place:
    """The input topic of an installation, as its cluster knows it."""

    cluster_id: str
    topic_id: str
    topic: str
    partitions: int


def find_place(settings: Settings) -> Place:
    """Where offences.v1 lies. Raises StartRefused when it is missing."""
    name = topic_name(settings.prefix, OFFENCES)
    client = admin(settings.brokers)
    try:
        with kafka_errors():
            cluster = client.describe_cluster()
            found = client.describe_topics([name])[0]
    finally:
        client.close()
    if found["error_code"] != 0:
        raise StartRefused(f"topic {name} is missing: run `harmwatch topics create`")
    return Place(str(cluster["cluster_id"]), str(found["topic_id"]), name, len(found["partitions"]))


def partition_ends(settings: Settings, place: Place) -> dict[int, int]:
    """The last stable offset of every partition of offences.v1."""
    reader = PartitionReader(settings.brokers, place.topic, 0)
    try:
        return reader.ends(place.partitions)
    finally:
        reader.close()

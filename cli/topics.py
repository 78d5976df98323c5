"""The topics of an installation, opened for reading by commands that compute again."""

from audit.inputs import OpenReader
from models.errors import StartRefused
from models.topics import Topic, topic_name
from runtime.kafka import PartitionReader, admin, kafka_errors
from runtime.settings import Settings


def open_topics(settings: Settings, *needed: Topic) -> OpenReader:
    """Opens readers. Raises StartRefused when a topic that is needed is missing, Unavailable."""
    client = admin(settings.brokers)
    try:
        with kafka_errors(settings.brokers):
            there = set(client.list_topics())
    finally:
        client.close()
    missing = [name for name in (topic_name(settings.prefix, topic) for topic in needed) if name not in there]
    if missing:
        raise StartRefused(f"topic {', '.join(missing)} is missing: run `harmwatch topics create`")

    def open_reader(topic: Topic, partition: int) -> PartitionReader:
        return PartitionReader(settings.brokers, topic_name(settings.prefix, topic), partition)

    return open_reader

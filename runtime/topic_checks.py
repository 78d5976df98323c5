"""What the topics promise, held against what the cluster has."""

from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType

from models.topics import TOPICS, Topic, topic_name
from runtime.kafka import PartitionReader, admin, kafka_errors
from runtime.settings import Settings

_AT_LEAST = ("max.message.bytes",)


def topic_faults(settings: Settings) -> list[str]:
    """What is wrong with the topics: missing, not kept for ever, too small, or already cut off."""
    client = admin(settings.brokers)
    try:
        with kafka_errors():
            there = {item["name"]: len(item["partitions"]) for item in client.describe_topics()}
            return [fault for topic in TOPICS for fault in _faults(client, settings, topic, there)]
    finally:
        client.close()


def _faults(client: KafkaAdminClient, settings: Settings, topic: Topic, there: dict[str, int]) -> list[str]:
    name = topic_name(settings.prefix, topic)
    if name not in there:
        return [f"topic {name} is missing: run `harmwatch topics create`"]
    faults = _wrong_configuration(client, name, topic)
    if topic.partitions and there[name] != topic.partitions:
        faults.append(f"topic {name} has {there[name]} partitions, it must have {topic.partitions}")
    return faults + _lost_records(settings, name, topic, there[name])


def _wrong_configuration(client: KafkaAdminClient, name: str, topic: Topic) -> list[str]:
    resource = ConfigResource(ConfigResourceType.TOPIC, name)
    found = client.describe_configs([resource], config_filter="all")["topic"][name]
    faults = []
    for key, wanted in topic.configuration().items():
        has = str(found[key]["value"])
        good = int(has) >= int(wanted) if key in _AT_LEAST else has == wanted or key == "compression.type"
        if not good:
            faults.append(
                f"topic {name} has {key}={has}, it must be {wanted} "
                f"(kafka-configs.sh --alter --topic {name} --add-config {key}={wanted})"
            )
    return faults


def _lost_records(settings: Settings, name: str, topic: Topic, partitions: int) -> list[str]:
    if not topic.kept_for_ever:
        return []
    reader = PartitionReader(settings.brokers, name, 0)
    try:
        return [
            f"topic {name} partition {partition} begins at offset {offset}: its first records are gone"
            for partition, offset in reader.beginnings(partitions).items()
            if offset > 0
        ]
    finally:
        reader.close()

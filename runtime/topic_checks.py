"""What the topics promise, held against what the cluster has."""

from collections.abc import Mapping, Sequence
from typing import Any

from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType

from broker.clients import PartitionReader, admin, kafka_errors
from models.topics import CONSOLE_TOPICS, DELIVERY_TOPICS, DESK_TOPICS, LATEST_TIMESTAMP, TOPICS, Topic, topic_name
from runtime.hidden_topics import hidden_topics
from runtime.settings import Settings

REPLICAS, IN_SYNC = 3, 2
NOT_TO_BE_SEEN = "is not to be seen"
"""Of what this login has no right to: another one may find nothing wrong there."""
_NEEDED_BY = {
    "`harmwatch deliver`": DELIVERY_TOPICS,
    "the duty desk": DESK_TOPICS,
    "`harmwatch console`": CONSOLE_TOPICS,
}
_UNCLEAN, _MIN_IN_SYNC = "unclean.leader.election.enable", "min.insync.replicas"


def topic_faults(settings: Settings, topics: Sequence[Topic] = TOPICS) -> list[str]:
    """What is wrong with these topics: missing, not kept for ever, open to anything, or already cut off."""
    client = admin(settings.brokers)
    try:
        with kafka_errors(settings.brokers):
            there = {item["name"]: len(item["partitions"]) for item in client.describe_topics()}
            names = {topic_name(settings.prefix, topic): topic for topic in topics}
            hidden = hidden_topics(client, list(names), there)
            faults = [f"topic {name} {NOT_TO_BE_SEEN}: give this user the right to describe it" for name in hidden]
            seen = [topic for name, topic in names.items() if name not in hidden]
            return faults + [fault for topic in seen for fault in _faults(client, settings, topic, there)]
    finally:
        client.close()


def topic_weaknesses(settings: Settings, topics: Sequence[Topic] = TOPICS) -> list[str]:
    """With what a service can begin, and what may cost it its log one day. One node needs no copies."""
    client = admin(settings.brokers)
    try:
        with kafka_errors(settings.brokers):
            there = {item["name"]: item["partitions"] for item in client.describe_topics()}
            names = [name for topic in topics if (name := topic_name(settings.prefix, topic)) in there]
            found = {name: read for name in names if (read := read_configuration(client, name))}
    finally:
        client.close()
    weak = [] if settings.single_node else [w for name in found for w in _copies(name, there[name], found[name])]
    if names[:1] and LATEST_TIMESTAMP not in found.get(names[0], {LATEST_TIMESTAMP}):
        weak.append(
            f"the brokers do not know {LATEST_TIMESTAMP} (Kafka 3.6): a sender whose clock is wrong can date a report "
            "years ahead, and it counts until then"
        )
    return weak


def wrong_settings(found: Mapping[str, str], topic: Topic) -> dict[str, str]:
    """The settings a topic must have and does not; what the brokers do not know is left out."""
    wanted = topic.configuration()
    return {key: value for key, value in wanted.items() if key in found and not _is_good(topic, key, found[key], value)}


def _is_good(topic: Topic, key: str, has: str, wanted: str) -> bool:
    if key == LATEST_TIMESTAMP:
        return int(has) <= int(wanted)
    if key == "max.message.bytes" and not topic.is_input:
        return int(has) >= int(wanted)
    return has == wanted or (key == "compression.type" and not topic.is_input)


def read_configuration(client: KafkaAdminClient, name: str) -> dict[str, str]:
    """The settings with which Kafka keeps a topic. Raises the client's errors."""
    resource = ConfigResource(ConfigResourceType.TOPIC, name)
    found = client.describe_configs([resource], config_filter="all")["topic"][name]
    return {key: str(item["value"]) for key, item in found.items()}


def _faults(client: KafkaAdminClient, settings: Settings, topic: Topic, there: dict[str, int]) -> list[str]:
    name = topic_name(settings.prefix, topic)
    if name not in there:
        needed = [f"{who} needs" for who, theirs in _NEEDED_BY.items() if topic in theirs]
        who = f", which {needed[0]}," if needed else ""
        return [f"topic {name}{who} is missing: run `harmwatch topics create`"]
    found = read_configuration(client, name)
    if not found:
        return [f"the configuration of topic {name} {NOT_TO_BE_SEEN}: give this user the right to DescribeConfigs"]
    faults = [
        f"topic {name} has {key}={found[key]}, it must be {wanted} (harmwatch topics create, or "
        f"kafka-configs.sh --alter --topic {name} --add-config {key}={wanted})"
        for key, wanted in wrong_settings(found, topic).items()
    ]
    if topic.partitions and there[name] != topic.partitions:
        faults.append(f"topic {name} has {there[name]} partitions, it must have {topic.partitions}")
    return faults + _lost_records(settings, name, topic, there[name])


def _copies(name: str, partitions: list[Mapping[str, Any]], found: Mapping[str, str]) -> list[str]:  # Any: the client's
    weak = []
    copies = min(len(each["replica_nodes"]) for each in partitions)
    if copies < REPLICAS:
        weak.append(
            f"topic {name} has {copies} copies, {REPLICAS} are needed for one broker to be lost while it works "
            "(HARMWATCH_SINGLE_NODE=yes: there is only one, by intent)"
        )
    if int(found[_MIN_IN_SYNC]) < IN_SYNC:
        text = f"{_MIN_IN_SYNC}={found[_MIN_IN_SYNC]}, it must be {IN_SYNC}"
        weak.append(f"topic {name} has {text}: what one broker alone took is lost with it")
    if found[_UNCLEAN] != "false":
        text = f"{_UNCLEAN}={found[_UNCLEAN]}, it must be false"
        weak.append(f"topic {name} has {text}: a broker that lags behind would cut the log short")
    return weak


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

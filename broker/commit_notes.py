"""What workers note beside their group's committed offsets: it outlives the store, and only a member can write it.

Beside an offset of a partition stands the entry of the partition's newest run; beside that of partition 0 also the
journal's topic id, its highest published entry, and the sequence that the board had by then.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Self

from kafka import KafkaAdminClient, TopicPartition
from kafka.errors import GroupIdNotFoundError, KafkaError, for_code
from kafka.structs import OffsetAndMetadata

from broker.clients import admin, kafka_errors
from broker.security import Brokers

_COORDINATOR_SECONDS = 10.0
_POLL_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Note:
    """What stands beside one offset; an empty `journal` and zeros where nothing is known."""

    journal: str = ""
    entry: int = 0
    sequence: int = 0
    run: int = 0

    @classmethod
    def read(cls, text: str | None) -> Self:
        """The note in the metadata of a commit; an empty one where somebody else has written there."""
        try:
            fields = json.loads(text or "{}")
            numbers = {name: fields[name] for name in ("entry", "sequence", "run") if type(fields.get(name)) is int}
            return cls(str(fields.get("journal", "")), **numbers)
        except (ValueError, AttributeError, RecursionError):
            return cls()

    def text(self) -> str:
        """The metadata of a commit; what is not known is left out."""
        return json.dumps({name: value for name, value in asdict(self).items() if value}, separators=(",", ":"))

    def updated(self, newer: "Note") -> "Note":
        """What a worker knows counts, and where it knows nothing, what stood here before."""
        known = {name: value for name, value in asdict(newer).items() if value}
        if newer.journal:
            known["sequence"] = newer.sequence
        return replace(self, **known)


def committed_notes(brokers: Brokers, group: str, topic: str) -> Mapping[int, Note]:
    """The note of each partition of a topic for which the group has committed an offset. Raises Unavailable."""
    client = admin(brokers)
    try:
        with kafka_errors(brokers):
            found = committed_offsets(client, group)
    finally:
        client.close()
    return {place.partition: Note.read(at.metadata) for place, at in found.items() if place.topic == topic}


def committed_offsets(client: KafkaAdminClient, group: str) -> Mapping[TopicPartition, OffsetAndMetadata]:
    """What a group has committed, of all topics; a group that there is not, nothing. Raises the client's errors."""
    until = time.monotonic() + _COORDINATOR_SECONDS
    while True:
        try:
            found: Mapping[TopicPartition, OffsetAndMetadata] = client.list_group_offsets(group).get(group, {})
        except GroupIdNotFoundError:
            return {}
        except KafkaError as error:  # of the first group of a cluster, the topic is still being made
            if not error.retriable or time.monotonic() >= until:
                raise
            time.sleep(_POLL_SECONDS)
        else:
            return found


def topic_id(brokers: Brokers, topic: str) -> str:
    """By which the cluster tells a topic from another one of the same name. Raises Unavailable."""
    client = admin(brokers)
    try:
        with kafka_errors(brokers):
            return read_topic_id(client, topic)
    finally:
        client.close()


def read_topic_id(client: KafkaAdminClient, topic: str) -> str:
    """The same of a client that is there. Raises its errors."""
    found = client.describe_topics([topic])[0]
    if found["error_code"]:  # a broker that does not know the topic yet answers with an id of zeros
        raise for_code(found["error_code"])(topic)
    return str(found["topic_id"])

"""The consumer group of the workers, as the brokers know it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kafka import KafkaAdminClient
from kafka.errors import CoordinatorNotAvailableError, GroupIdNotFoundError

from models.errors import Unavailable
from runtime.kafka import admin, kafka_errors

_STABLE = "Stable"


@dataclass(frozen=True, slots=True)
class Group:
    """A group at one moment: which partitions of a topic each member has. `is_settled`: nobody joins or leaves.

    `hosts` says from where each member has joined.
    """

    is_settled: bool
    members: Mapping[str, frozenset[int]]
    hosts: Mapping[str, str]

    @property
    def owners(self) -> dict[int, str]:
        """Of each partition that somebody reads, who does, and from where."""
        return {
            partition: f"{member} at {self.hosts[member]}"
            for member, partitions in self.members.items()
            for partition in partitions
        }


def find_group(client: KafkaAdminClient, group: str, topic: str) -> Group:
    """The group as its coordinator knows it; one that does not exist has no members.

    A new cluster has no coordinator before the first member comes: then nothing is settled. Raises the client's errors,
    or Unavailable where the coordinator has no answer yet.
    """
    try:
        found = client.describe_groups([group])[group]
    except GroupIdNotFoundError:
        return Group(is_settled=True, members={}, hosts={})
    except CoordinatorNotAvailableError:
        return Group(is_settled=False, members={}, hosts={})
    if found["error"]:
        raise Unavailable(f"Kafka: group {group}: {found['error']}")
    members = found["members"] or ()
    return Group(
        found["group_state"] == _STABLE or not members,
        {member["member_id"]: _owned(member, topic) for member in members},
        {member["member_id"]: member["client_host"].lstrip("/") for member in members},
    )


def _owned(member: dict[str, Any], topic: str) -> frozenset[int]:  # Any: the client's, and untyped
    assignment = member["member_assignment"] or {}
    return frozenset(
        partition
        for each in assignment.get("assigned_partitions", ())
        if each["topic"] == topic
        for partition in each["partitions"]
    )


def group_members(brokers: Sequence[str], group: str) -> int:
    """How many members a group has; one that does not exist has none. Raises Unavailable."""
    client = admin(list(brokers))
    try:
        with kafka_errors(brokers):
            return len(find_group(client, group, "").members)
    finally:
        client.close()

"""The consumer group of the workers, as the brokers know it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kafka import KafkaAdminClient
from kafka.errors import CoordinatorNotAvailableError, GroupIdNotFoundError, KafkaError

from broker.clients import admin, kafka_errors
from broker.security import Brokers
from models.errors import Unavailable

_STABLE = "Stable"


class NoCoordinator(Unavailable):
    """A cluster that is new, or has just lost a broker, does not know yet who tells of a group."""


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

    Raises the client's errors, or NoCoordinator where nobody can answer yet.
    """
    try:
        found = client.describe_groups([group])[group]
    except GroupIdNotFoundError:
        return Group(is_settled=True, members={}, hosts={})
    except CoordinatorNotAvailableError as error:
        raise NoCoordinator(f"Kafka: group {group}: {error}") from error
    if _is(found["error"], GroupIdNotFoundError):  # what Kafka 4 says of a group that nobody has joined yet
        return Group(is_settled=True, members={}, hosts={})
    if found["error"]:
        raise NoCoordinator(f"Kafka: group {group}: {found['error']}")
    members = found["members"] or ()
    return Group(
        found["group_state"] == _STABLE or not members,
        {member["member_id"]: _owned(member, topic) for member in members},
        {member["member_id"]: member["client_host"].lstrip("/") for member in members},
    )


def _is(error: str | None, kind: type[KafkaError]) -> bool:
    """Whether it is of this kind; the client hands it on as a text that begins with the number."""
    return error is not None and error.startswith(f"[Error {kind.errno}]")


def _owned(member: dict[str, Any], topic: str) -> frozenset[int]:  # Any: the client's, and untyped
    assignment = member["member_assignment"] or {}
    return frozenset(
        partition
        for each in assignment.get("assigned_partitions", ())
        if each["topic"] == topic
        for partition in each["partitions"]
    )


def group_members(brokers: Brokers, group: str) -> int:
    """How many members a group has; one that does not exist has none. Raises Unavailable."""
    client = admin(brokers)
    try:
        with kafka_errors(brokers):
            return len(find_group(client, group, "").members)
    finally:
        client.close()

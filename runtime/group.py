"""The consumer group of the workers, as the brokers know it."""

from collections.abc import Mapping
from dataclasses import dataclass

from kafka import KafkaAdminClient
from kafka.errors import CoordinatorNotAvailableError, GroupIdNotFoundError

from runtime.kafka import admin, kafka_errors

_STABLE = "Stable"


@dataclass(frozen=True, slots=True)
class Group:
    """`members` counts who has joined; `owners` says which member reads a partition.

    `settled`: everybody has their partitions. While members come and go it is not, and nobody reads.
    """

    members: int
    settled: bool
    owners: Mapping[int, str]


def group_of(client: KafkaAdminClient, name: str, topic: str) -> Group:
    """The group and what of `topic` its members read; one that does not exist has none. Raises the client's errors.

    A new cluster has no coordinator before the first member comes.
    """
    try:
        found = client.describe_groups([name])[name]
    except GroupIdNotFoundError:
        return Group(0, settled=True, owners={})
    except CoordinatorNotAvailableError:
        return Group(0, settled=False, owners={})
    members = found["members"] or ()
    owners = {
        partition: f"{member['member_id']} at {member['client_host'].lstrip('/')}"
        for member in members
        for part in (member["member_assignment"] or {}).get("assigned_partitions", ())
        if part["topic"] == topic
        for partition in part["partitions"]
    }
    return Group(len(members), found["group_state"] == _STABLE or not members, owners)


def group_members(brokers: list[str], group: str) -> int:
    """How many members a group has. Raises Unavailable."""
    client = admin(brokers)
    try:
        with kafka_errors(brokers):
            return group_of(client, group, "").members
    finally:
        client.close()

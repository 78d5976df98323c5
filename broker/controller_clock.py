"""What time the brokers have: of all answers of Kafka's protocol one names the present, by the controller's clock."""

import time

from kafka import KafkaAdminClient
from kafka.errors import UnsupportedVersionError


def controller_ahead_seconds(client: KafkaAdminClient) -> float | None:
    """By how much the clock of the active controller is ahead of ours, at the least; below 0: behind.

    None of brokers that do not tell it (ZooKeeper's). Needs the right to Describe the cluster. Raises the client's
    errors.
    """
    asked_at = time.time()
    try:
        topics = client.describe_metadata_quorum()["topics"]
    except UnsupportedVersionError:
        return None
    answered_at = time.time()
    presents = [
        replica["last_caught_up_timestamp"] / 1_000
        for topic in topics
        for partition in topic["partitions"]
        for replica in partition["current_voters"]
        if replica["replica_id"] == partition["leader_id"] and replica["last_caught_up_timestamp"] > 0
    ]  # of a leader it is the present
    return beyond(presents[0], asked_at, answered_at) if presents else None


def beyond(present: float, asked_at: float, answered_at: float) -> float:
    """How far a present lies outside of the two instants between which it was: 0 within them."""
    return min(0.0, present - asked_at) + max(0.0, present - answered_at)

"""Topics that are there, or gone, when a call returns: the controller answers before its brokers know."""

import time
from collections.abc import Mapping, Sequence

from kafka import KafkaAdminClient

from models.topics import Topic

PATIENCE_SECONDS = 60.0


def create(admin: KafkaAdminClient, made: Mapping[str, Topic], partitions: int = 1) -> None:
    """By full name, each as that topic must be; `partitions`: of those for which it may be chosen."""
    admin.create_topics(
        {
            name: {
                "num_partitions": topic.partitions or partitions,
                "replication_factor": -1,
                "configs": topic.configuration(),
            }
            for name, topic in made.items()
        },
        wait_for_metadata=True,
    )


def delete(admin: KafkaAdminClient, names: Sequence[str]) -> None:
    """Once this returns, a topic of the same name can be created, and is the only one that clients find."""
    admin.delete_topics(list(names))
    until = time.monotonic() + PATIENCE_SECONDS
    while still := set(names) & set(admin.list_topics()):
        assert time.monotonic() < until, f"{still} is still there"
        time.sleep(0.02)

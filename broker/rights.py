"""What a user may do with a topic, as the brokers say it: asked for beforehand, and named where it is too little."""

from collections.abc import Collection, Mapping

from kafka import KafkaAdminClient

from broker.clients import admin
from broker.security import Brokers
from models.errors import Unavailable

_WORDS = {"READ": "Read", "WRITE": "Write", "DESCRIBE_CONFIGS": "DescribeConfigs"}


def lacking_rights(client: KafkaAdminClient, needs: Mapping[str, Collection[str]]) -> list[str]:
    """Of each topic that this user may see, the rights it needs and has not. Raises the client's errors.

    A right is READ, WRITE or DESCRIBE_CONFIGS. Of brokers before 2.3, which do not say it, none lacks.
    """
    found = {item["name"]: item.get("authorized_operations") for item in client.describe_topics(list(needs))}
    return [
        f"topic {name}: this user lacks the right to {', '.join(_WORDS[right] for right in lacks)}"
        for name, wanted in needs.items()
        if (has := found.get(name)) and (lacks := sorted(set(wanted) - set(has)))
    ]


def why_not_written(brokers: Brokers, topics: Collection[str]) -> str | None:
    """Which of these topics a transaction may not write to: Kafka itself only says that it has failed."""
    try:
        client = admin(brokers)
    except Unavailable:
        return None
    try:
        return "; ".join(lacking_rights(client, dict.fromkeys(topics, ("WRITE",)))) or None
    finally:
        client.close()

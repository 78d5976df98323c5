"""Who is in a consumer group, as the brokers know it."""

from kafka.errors import GroupIdNotFoundError

from runtime.kafka import admin, kafka_errors


def group_members(brokers: list[str], group: str) -> int:
    """How many members a group has; one that does not exist has none. Raises Unavailable."""
    client = admin(brokers)
    try:
        with kafka_errors(brokers):
            try:
                found = client.describe_groups([group])[group]
            except GroupIdNotFoundError:
                return 0
    finally:
        client.close()
    return len(found["members"] or ())

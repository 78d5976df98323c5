"""Topics that Kafka keeps from a user without the right to describe them: they are not missing."""

from collections.abc import Collection, Sequence

from kafka import KafkaAdminClient
from kafka.errors import TopicAuthorizationFailedError, for_code


def hidden_topics(client: KafkaAdminClient, names: Sequence[str], listed: Collection[str]) -> list[str]:
    """Which of these are kept from this user: Kafka does not list them, but says so when asked by name."""
    asked = [name for name in names if name not in listed]
    found = client.describe_topics(asked) if asked else []
    return [item["name"] for item in found if for_code(item["error_code"]) is TopicAuthorizationFailedError]


def refuse_hidden(client: KafkaAdminClient, names: Sequence[str], listed: Collection[str]) -> None:
    """Raises the client's TopicAuthorizationFailedError where one is, before it is created a second time."""
    hidden = hidden_topics(client, names, listed)
    if hidden:
        raise TopicAuthorizationFailedError(", ".join(hidden))

"""Topics that are deleted, and made once more under their names."""

from contextlib import closing

from broker.clients import admin
from runtime.settings import Settings
from runtime.topic_creation import create_topics
from tests import kafka_topics

PARTITIONS = 2
"""Of the topic of the reports."""


def recreate(settings: Settings, topic: str) -> None:
    """Another topic of the same name, and empty; it is deleted for good when this returns."""
    with closing(admin(settings.brokers)) as client:
        kafka_topics.delete(client, [topic])
    create_topics(settings, PARTITIONS, new_board=True)

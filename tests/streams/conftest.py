"""Topics for each test."""

import uuid

import pytest

from runtime.settings import Settings
from runtime.topic_creation import create_topics
from tests.streams.topics import PARTITIONS


@pytest.fixture
def settings(stack_environment: dict[str, str]) -> Settings:
    """Topics of their own; that of the reports has two partitions."""
    made = Settings(
        kafka=stack_environment["HARMWATCH_KAFKA"],
        redis=stack_environment["HARMWATCH_REDIS"],
        prefix=f"t{uuid.uuid4().hex[:8]}-",
    )
    create_topics(made, PARTITIONS)
    return made

"""A topic of alerts for each test."""

from collections.abc import Iterator

import pytest

from tests.client.published import Published


@pytest.fixture
def published(stack_environment: dict[str, str]) -> Iterator[Published]:
    """Empty yet."""
    one = Published(stack_environment)
    try:
        yield one
    finally:
        one.close()

"""An installation that delivers, for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.client.published import Published
from tests.delivery.delivering import Delivering


@pytest.fixture
def published(stack_environment: dict[str, str]) -> Iterator[Published]:
    """A topic of alerts, empty yet."""
    one = Published(stack_environment)
    try:
        yield one
    finally:
        one.close()


@pytest.fixture
def delivering(published: Published, tmp_path: Path) -> Delivering:
    return Delivering(published, tmp_path)

"""An installation that delivers, for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from delivery.secrets import Secrets
from tests.client.published import Published
from tests.delivery.delivering import Delivering
from tests.delivery.subscribed import a_secret


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


@pytest.fixture
def secrets(tmp_path: Path) -> Secrets:
    """With the key that terms name."""
    a_secret(tmp_path / "secrets")
    return Secrets(tmp_path / "secrets")

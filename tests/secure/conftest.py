"""The secured Kafka that the tests of this folder share, and a service on it for each."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import missing
from tests.secure.secured_kafka import PASSWORD, SecuredKafka, secured_kafka
from tests.secure.secured_service import SecuredService
from tests.secure.secured_store import SecuredStore, secured_store


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecuredKafka]:
    """With the users `worker` by both SCRAMs, and `plain` by PLAIN."""
    try:
        import jgo  # noqa: F401  (an optional extra)
    except ImportError:
        missing("the extra `embedded`")
    with secured_kafka(tmp_path_factory.mktemp("secured")) as running:
        running.set_password("worker", PASSWORD)
        running.set_password("worker", PASSWORD, "SCRAM-SHA-256")
        yield running


@pytest.fixture
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecuredStore]:
    """Of one test."""
    with secured_store(tmp_path_factory.mktemp("store")) as running:
        yield running


@pytest.fixture
def service(kafka: SecuredKafka, store: SecuredStore, tmp_path: Path) -> Iterator[SecuredService]:
    """Of one test, under a prefix of its own."""
    made = SecuredService(kafka, store, tmp_path)
    yield made
    made.end()

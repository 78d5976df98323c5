"""The secured Kafka that the tests of this folder share."""

from collections.abc import Iterator

import pytest

from tests.conftest import missing
from tests.secure.secured_kafka import PASSWORD, SecuredKafka, secured_kafka


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecuredKafka]:
    """With the users `worker` by both SCRAMs, and `plain` by PLAIN."""
    try:
        import jgo  # noqa: F401, PLC0415  (an optional extra)
    except ImportError:
        missing("the extra `embedded`")
    with secured_kafka(tmp_path_factory.mktemp("secured")) as running:
        running.set_password("worker", PASSWORD)
        running.set_password("worker", PASSWORD, "SCRAM-SHA-256")
        yield running

"""A stack whose servers the crash tests may kill."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.conftest import missing

if TYPE_CHECKING:
    from embedded.stack import Stack


@pytest.fixture(scope="session")
def crash_stack() -> Iterator["Stack"]:
    """A Kafka and a Valkey of their own: what happens to them must not touch other tests."""
    try:
        from embedded.stack import Stack
    except ImportError:
        missing("the extra `embedded`")
    with Stack() as stack:
        yield stack

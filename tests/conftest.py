"""Real parts, shared by all tests: at home a missing one skips, in CI it fails."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

REAL_INPUT = Path(__file__).parents[2] / "shared" / "realinput"


def missing(what: str) -> None:
    """Skips at home, fails in CI."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is missing")
    pytest.skip(f"{what} is missing")


@pytest.fixture(scope="session")
def stack_environment() -> Iterator[dict[str, str]]:
    """HARMWATCH_KAFKA and HARMWATCH_REDIS of a real Kafka and a real Valkey."""
    try:
        from embedded.stack import Stack  # noqa: PLC0415  (an optional extra)
    except ImportError:
        missing("the extra `embedded`")
    with Stack() as stack:
        yield stack.environment()


@pytest.fixture(scope="session")
def real_input() -> Path:
    """The folder of the Cook County stream."""
    if not REAL_INPUT.is_dir():
        missing("../shared/realinput")
    return REAL_INPUT

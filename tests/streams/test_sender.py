"""Whoever sends a file waits for Kafka as long as it takes something, and no longer."""

import socket
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from models.errors import Unavailable
from streams.sender import Sender

PATIENCE_SECONDS = 1.0
LONGEST_SECONDS = 6.0


@pytest.fixture
def black_hole() -> Iterator[str]:
    """What a machine looks like that stands still: its system takes connections, and nobody answers."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


def test_a_kafka_that_stands_still_from_the_beginning_is_named(black_hole: str) -> None:
    begun_at = time.monotonic()
    with pytest.raises(Unavailable, match=f"Kafka at {black_hole} does not take it .*nothing was taken for 1 s"):
        Sender([black_hole], "offences.v1", 1, PATIENCE_SECONDS)
    assert time.monotonic() - begun_at < LONGEST_SECONDS

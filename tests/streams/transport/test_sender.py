"""Whoever sends a file waits for Kafka as long as it takes something, and no longer."""

import asyncio
import gc
import socket
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from broker.security import Brokers
from models.errors import Unavailable
from streams.transport.sender import Sender

PATIENCE_SECONDS = 1.0
LONGEST_SECONDS = 15.0


@pytest.fixture
def black_hole() -> Iterator[str]:
    """What a machine looks like that stands still: its system takes connections, and nobody answers."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


def refusal(kafka: str) -> str:
    """Why nothing can be sent; nothing holds the sender any more."""
    try:
        Sender(Brokers([kafka]), "offences.v1", 1, PATIENCE_SECONDS)
    except Unavailable as error:
        return str(error)
    return ""


def open_loops() -> int:
    """How many event loops nobody has closed."""
    gc.collect()
    loops = [each for each in gc.get_objects() if isinstance(each, asyncio.BaseEventLoop)]
    return sum(not loop.is_closed() for loop in loops)


def test_a_kafka_that_stands_still_from_the_beginning_is_named(black_hole: str) -> None:
    before, begun_at = open_loops(), time.monotonic()
    assert "does not take it (HARMWATCH_KAFKA): nothing was taken for 1 s" in refusal(black_hole)
    assert time.monotonic() - begun_at < LONGEST_SECONDS
    assert open_loops() <= before

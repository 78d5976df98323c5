"""A client of Kafka that no broker answers leaves nothing behind, however often another one is made."""

import ast
import gc
import logging
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka.errors import KafkaError

from broker.admin_connection import AdminConnection
from broker.security import Brokers
from harmwatch_client.networks import ended_unless_made
from harmwatch_client.topic import Topic
from models.errors import Unavailable

ROOT = Path(__file__).parents[2]
ROOMS = ("audit", "broker", "cli", "client", "console", "delivery", "desk", "runtime", "sealing", "sight", "streams")
KINDS = {"KafkaAdminClient", "KafkaConsumer", "KafkaProducer"}
PATIENCE_MILLISECONDS = 150


@pytest.fixture
def nowhere(caplog: pytest.LogCaptureFixture) -> Iterator[str]:
    """An address at which nobody listens; what the client says of it would keep its sockets."""
    caplog.set_level(logging.CRITICAL, "kafka")
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{held.getsockname()[1]}"


def held() -> tuple[int, int]:
    """Threads and open files of this process."""
    gc.collect()  # a socket that was being connected is closed with its last frame
    return threading.active_count(), psutil.Process().num_fds()


@pytest.mark.parametrize("kind", [KafkaAdminClient, KafkaConsumer, KafkaProducer])
def test_a_client_that_no_broker_answers_leaves_neither_thread_nor_file(kind: Any, nowhere: str) -> None:
    before = held()
    for _ in range(2):
        with pytest.raises(KafkaError), ended_unless_made() as network:
            kind(**network, bootstrap_servers=nowhere, bootstrap_timeout_ms=PATIENCE_MILLISECONDS)
    assert held() <= before


def test_neither_does_a_connection_that_is_asked_again_and_again(nowhere: str) -> None:
    before = held()
    connection = AdminConnection(Brokers([nowhere]), PATIENCE_MILLISECONDS)
    for _ in range(2):
        with pytest.raises(Unavailable), connection.client():
            pass
    assert held() <= before


def test_neither_does_the_topic_of_a_consumer(nowhere: str) -> None:
    before = held()
    for _ in range(2):
        with pytest.raises(KafkaError):
            Topic(nowhere, "alerts.v1", {"bootstrap_timeout_ms": PATIENCE_MILLISECONDS})
    assert held() <= before


def test_every_client_is_made_so() -> None:
    """Each room's: the option of the block stands in every call."""
    texts = ((path.name, path.read_text("utf-8")) for room in ROOMS for path in (ROOT / room).rglob("*.py"))
    made = [
        (name, call)
        for name, text in texts
        if any(f"{kind}(" in text for kind in KINDS)
        for call in ast.walk(ast.parse(text))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in KINDS
    ]
    assert len(made) >= 7
    assert [(name, call.lineno) for name, call in made if not _has_network(call)] == []


def _has_network(call: ast.Call) -> bool:
    return any(part.arg is None and "network" in ast.unparse(part.value) for part in call.keywords)

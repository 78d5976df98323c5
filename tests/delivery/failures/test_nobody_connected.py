"""Who cannot be connected to has got nothing: that is no missing answer, after which a person would have to look."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from delivery.mirror import Mirror
from delivery.outcome import Cause
from delivery.secrets import Secrets
from delivery.sinks.kinds import open_sink
from models.canonical import canonical_json
from tests.delivery.sinks.test_kinds import MAILBOXES, OF_ANOTHER_TIME
from tests.delivery.subscribed import a_secret, some_terms
from tests.delivery.test_alert_log import history, log_of

SINKS: dict[str, dict[str, Any]] = {
    "webhook": {}, "pagerduty": {}, "alertmanager": {"keys": []}, "email": {"keys": []} | MAILBOXES,
    "syslog": {"keys": []},
}  # fmt: skip
SCHEMES = {"email": "smtp", "syslog": "tls"}


@pytest.fixture
def silent_port() -> Iterator[int]:
    """As behind a firewall that drops: its queue is full, so that the kernel answers no further connection."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener, ExitStack() as stack:
        where = listener.getsockname()
        for _ in range(4):
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(where)
        yield where[1]


@pytest.mark.parametrize("kind", SINKS)
def test_a_connection_that_never_comes_about_is_unreachable(tmp_path: Path, silent_port: int, kind: str) -> None:
    """Of who cannot know a repeat two such tries would else hold everything until a person has looked."""
    a_secret(tmp_path)
    url = f"{SCHEMES.get(kind, 'http')}://127.0.0.1:{silent_port}"
    terms = some_terms(sink=kind, url=url, timeout_seconds=1, **SINKS[kind])

    async def test() -> Cause | None:
        sink = open_sink(terms, Secrets(tmp_path), Mirror(log_of(history(["a"], baseline=False))), 0)
        outcome = await sink.send("v100:1", canonical_json(OF_ANOTHER_TIME))
        await sink.close()
        return outcome.cause

    assert asyncio.run(test()) is Cause.UNREACHABLE

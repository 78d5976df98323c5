"""Real parts, shared by all tests: at home a missing one skips, in CI it fails."""

import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest
import redis

from models.errors import StartRefused

REAL_INPUT = Path(__file__).parents[2] / "shared" / "realinput"


def missing(what: str) -> NoReturn:
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


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@pytest.fixture(scope="session")
def valkey_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Valkey that keeps nothing on disk; TEST_STORE names another server binary, say redis-server."""
    try:
        from embedded.valkey import find_valkey  # noqa: PLC0415  (an optional extra)

        binary = os.environ.get("TEST_STORE") or find_valkey()
    except (ImportError, StartRefused) as error:
        missing(f"a Valkey ({error})")
    port = _free_port()
    folder = tmp_path_factory.mktemp("valkey")
    command = [str(binary), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        try:
            client = redis.Redis(port=port)
            while True:
                try:
                    client.ping()
                    break
                except redis.ConnectionError:
                    assert server.poll() is None
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            server.terminate()

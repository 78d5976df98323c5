"""A Valkey of its own for the tests of both engines."""

import os
import socket
import subprocess
from collections.abc import Iterator

import pytest
import redis

from models.errors import StartRefused


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
    except (ImportError, StartRefused) as missing:
        if os.environ.get("CI") == "true":
            pytest.fail(f"no Valkey: {missing}")
        pytest.skip(f"no Valkey: {missing}")
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

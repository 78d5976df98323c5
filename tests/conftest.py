"""Real parts, shared by all tests: at home a missing one skips, in CI it fails."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
import redis
from hypothesis import HealthCheck, settings

from models.errors import PreconditionFailed

pytest_plugins = ["tests.budget", "tests.left_behind", "tests.order", "tests.sample", "tests.time_limit"]

# Whoever started us may ignore these, as nohup and a script's background job do. Children inherit that, and a
# command that ignores Ctrl-C cannot be tested for how it answers it.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
signal.signal(signal.SIGQUIT, signal.SIG_DFL)

# Derandomized, so that what is red once is red again. The long runs, marked `thorough`, draw afresh each time.
settings.register_profile(
    "quick", derandomize=True, max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("quick")

REAL_INPUT = "HARMWATCH_REAL_INPUT"
# Taken out of the environment at once: to harmwatch itself, which tests start with it, it is an unknown setting.
_given_real_input = os.environ.pop(REAL_INPUT, None)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:  # Any: of pytest-xdist, where it is used
    """Hands the folder on to the processes that run the tests."""
    node.workerinput[REAL_INPUT] = _given_real_input


def missing(what: str) -> NoReturn:
    """Skips at home, fails in CI."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is missing")
    pytest.skip(f"{what} is missing")


@pytest.fixture(scope="session")
def stack_environment() -> Iterator[dict[str, str]]:
    """HARMWATCH_KAFKA and HARMWATCH_REDIS of a real Kafka and a real Valkey."""
    try:
        from embedded.stack import Stack
    except ImportError:
        missing("the extra `embedded`")
    with Stack() as stack:
        yield stack.environment()


@pytest.fixture(scope="session")
def real_input(request: pytest.FixtureRequest) -> Path:
    """The folder of the Cook County stream, which is nobody's to commit: HARMWATCH_REAL_INPUT says where it lies."""
    folder = getattr(request.config, "workerinput", {}).get(REAL_INPUT, _given_real_input)
    if folder is None:
        pytest.skip(f"{REAL_INPUT} names no folder with the real extract")
    return Path(folder)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _answers(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.ConnectionError:
        return False


@pytest.fixture(scope="session")
def valkey_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Valkey that keeps nothing on disk; TEST_STORE names another server binary, say redis-server."""
    try:
        from embedded.valkey import find_valkey

        binary = os.environ.get("TEST_STORE") or find_valkey()
    except (ImportError, PreconditionFailed) as error:
        missing(f"a Valkey ({error})")
    port = _free_port()
    folder = tmp_path_factory.mktemp("valkey")
    command = [str(binary), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        try:
            with redis.Redis(port=port) as client:
                until = time.monotonic() + 60
                while not _answers(client):
                    assert server.poll() is None, "Valkey has ended"
                    assert time.monotonic() < until, "Valkey does not answer"
                    time.sleep(0.01)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            server.terminate()

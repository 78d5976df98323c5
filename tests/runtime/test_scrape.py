"""Where metrics are to be had: an address that nobody else hears, one server at it, and a socket that is tidied up."""

import socket
import tempfile
import threading
from collections.abc import Iterator
from http.client import RemoteDisconnected
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, Counter
from pydantic import ValidationError

from models.errors import PreconditionFailed
from runtime.metrics.address import Address, read_address
from runtime.metrics.meters import Gauges, Sample
from runtime.metrics.scrape import serving
from runtime.settings import Settings
from tests.end_to_end.scraped import scrape
from tests.logged import logged


@pytest.fixture
def file() -> Iterator[Path]:
    """Its path is short: a socket's may have 107 bytes."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder) / "metrics"


@pytest.fixture
def registry() -> CollectorRegistry:
    made = CollectorRegistry()
    Counter("told", "told", registry=made).inc()
    return made


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [("127.0.0.1:9464", "127.0.0.1", 9464), ("localhost:1", "localhost", 1), ("[::1]:65535", "::1", 65535)],
)
def test_an_address_of_this_machine_is_read(text: str, host: str, port: int) -> None:
    address = read_address(text)
    assert address == Address(host, port)
    assert address.is_of_this_machine
    assert str(address) == text


@pytest.mark.parametrize(
    "text",
    [
        "9464",
        ":9464",
        "127.0.0.1",
        "127.0.0.1:0",
        "127.0.0.1:65536",
        "example.org:9464",
        "unix:here",
        "unix:/" + "x" * 107,
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="metrics"):
        Settings(metrics=text)


def test_an_address_that_others_reach_needs_a_word() -> None:
    with pytest.raises(ValidationError, match="HARMWATCH_ALLOW_CLEARTEXT"):
        Settings(metrics="0.0.0.0:9464")
    assert Settings(metrics="0.0.0.0:9464", allow_cleartext=True).metrics_address is not None


def test_a_socket_is_for_owner_and_group_and_goes_with_the_server(file: Path, registry: CollectorRegistry) -> None:
    with serving(Address(socket=file), registry):
        assert "told_total 1.0" in scrape(file)
        assert file.stat().st_mode & 0o777 == 0o660
    assert not file.exists()


def test_a_socket_that_a_killed_process_left_is_taken_and_one_in_use_is_not(
    file: Path, registry: CollectorRegistry
) -> None:
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(file))
    with serving(Address(socket=file), registry):
        assert scrape(file)
        with pytest.raises(PreconditionFailed, match="HARMWATCH_METRICS"), serving(Address(socket=file), registry):
            pass
        assert scrape(file)


def test_who_asks_and_says_nothing_keeps_nobody_else_from_asking(file: Path, registry: CollectorRegistry) -> None:
    with serving(Address(socket=file), registry), socket.socket(socket.AF_UNIX) as silent:
        silent.connect(str(file))
        assert scrape(file)


def test_threads_do_not_pile_up_behind_those_who_never_finish(file: Path, registry: CollectorRegistry) -> None:
    before = threading.active_count()
    with serving(Address(socket=file), registry):
        silent = [socket.socket(socket.AF_UNIX) for _ in range(20)]
        for each in silent:
            each.connect(str(file))
        until_taken = threading.Event()
        until_taken.wait(0.5)
        assert threading.active_count() <= before + 1 + 4
        for each in silent:
            each.close()


def test_nothing_but_the_metrics_is_there(file: Path, registry: CollectorRegistry) -> None:
    with serving(Address(socket=file), registry), pytest.raises(AssertionError, match="404"):
        scrape(file, "/else")


def test_a_socket_whose_owner_only_does_not_answer_is_left_to_it(
    file: Path, registry: CollectorRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runtime.metrics.scrape._PATIENCE_SECONDS", 0.1)
    with socket.socket(socket.AF_UNIX) as busy, socket.socket(socket.AF_UNIX) as waiting:
        busy.bind(str(file))
        busy.listen(0)
        waiting.connect(str(file))  # nobody else is taken
        with pytest.raises(PreconditionFailed, match="HARMWATCH_METRICS"), serving(Address(socket=file), registry):
            pass
        assert file.is_socket()


def test_a_scrape_that_fails_for_a_reason_of_ours_is_reported_once(
    file: Path, registry: CollectorRegistry, caplog: pytest.LogCaptureFixture
) -> None:
    def look() -> list[Sample]:
        raise ZeroDivisionError("of ours")

    registry.register(Gauges("v100", look))
    with serving(Address(socket=file), registry):
        for _ in range(3):
            with pytest.raises(RemoteDisconnected):
                scrape(file)
    (line,) = logged(caplog)
    assert "ZeroDivisionError: of ours" in line.getMessage()

"""The server behind a real socket: peers that vanish, take nothing, or stay to the end."""

import asyncio
import socket
import ssl
import time
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from console.app import make_app
from console.pages import Pages
from console.peer_check import GIVEN_UP_SECONDS
from console.serve import Server, hosts_of, listening, pages_of, tls_of
from models.errors import PreconditionFailed
from policies.policy_file import load_policy
from runtime.metrics.address import read_address
from runtime.settings import Settings
from sight.board_view import BoardView
from sight.poller import BoardPoller
from sight.poller_thread import PollerThread
from tests.console.browser import Desk
from tests.console.views import BAND, a_row, a_view
from tests.secure.certificates import Authority

PAGES = 50


def a_peer(desk: Desk, receive_bytes: int | None = None) -> socket.socket:
    """Somebody who has asked for the stream."""
    peer = socket.socket()
    if receive_bytes is not None:
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
    peer.connect((desk.address.host, desk.address.port))
    peer.sendall(f"GET /stream HTTP/1.1\r\nHost: {desk.address}\r\n\r\n".encode())
    return peer


def wait_until(is_so: Callable[[], bool], seconds: float) -> None:
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_pages_that_are_closed_hold_nothing(desk: Desk) -> None:
    peers = [a_peer(desk) for _ in range(PAGES)]
    wait_until(lambda: desk.fan_out.open_streams.total() == PAGES, 20)
    for peer in peers:
        peer.close()
    wait_until(lambda: desk.fan_out.open_streams.total() == 0, 20)


def test_the_end_comes_at_once_and_every_page_hears_so(desk: Desk) -> None:
    peers = [a_peer(desk) for _ in range(PAGES)]
    wait_until(lambda: desk.fan_out.open_streams.total() == PAGES, 20)
    desk.end()
    for peer in peers:
        with peer, peer.makefile("rb") as stream:
            assert b"event: bye\n" in stream.read()


@pytest.mark.thorough
def test_a_page_that_takes_nothing_any_more_is_given_up_and_holds_nobody_up(desk: Desk) -> None:
    deaf = a_peer(desk, receive_bytes=4_096)
    wait_until(lambda: desk.fan_out.open_streams.total() == 1, 20)
    until = time.monotonic() + 2 * GIVEN_UP_SECONDS
    number = 0
    while desk.fan_out.open_streams.total():
        assert time.monotonic() < until
        number += 1
        desk.show(a_view([a_row(rank, score=9_000_000 + number * 1_000 - rank) for rank in range(1, 121)]))
        with a_peer(desk) as other:
            assert other.recv(1_024).startswith(b"HTTP/1.1 200 OK")
        wait_until(lambda: desk.fan_out.open_streams.total() <= 1, 20)
        time.sleep(0.05)
    deaf.close()


@pytest.mark.thorough
def test_a_page_that_takes_little_at_a_time_is_slow_and_not_gone(desk: Desk) -> None:
    """Given up, it would begin again with the whole table each time, and never come to the newest."""
    slow = a_peer(desk, receive_bytes=4_096)
    wait_until(lambda: desk.fan_out.open_streams.total() == 1, 20)
    until, number = time.monotonic() + GIVEN_UP_SECONDS + 5, 0
    while time.monotonic() < until:
        number += 1
        desk.show(a_view([a_row(rank, score=9_000_000 + number * 1_000 - rank) for rank in range(1, 121)]))
        assert slow.recv(2_048)
        time.sleep(0.25)
    assert desk.fan_out.open_streams.total() == 1
    slow.close()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_console_that_does_not_look_any_more_ends(desk: Desk) -> None:
    def fails(_: BoardView) -> None:
        raise RuntimeError("nobody has foreseen this")

    nowhere = Settings(kafka="127.0.0.1:1", redis="redis://127.0.0.1:1/0", prefix="nobody-")
    app = make_app(Pages("v100", "", desk.fan_out), frozenset(), desk.book.leases(desk.fan_out))
    with (
        PollerThread(BoardPoller(nowhere, BAND, BAND, 10), fails) as looking,
        socket.create_server(("127.0.0.1", 0)) as taken,
    ):
        server = Server(app, desk.fan_out, looking)
        asyncio.run(asyncio.wait_for(server.serve(sockets=[taken]), 60))
        assert not looking.is_alive


def test_times_are_those_of_the_zone_that_is_set() -> None:
    settings = Settings(zone="Asia/Tokyo")
    pages = pages_of(settings, load_policy(settings.policy), a_view())
    assert pages.fan_out.fresh().as_of == "28 Nov 2026, 11:13:05 JST (02:13:05 UTC)"
    assert pages.zone == ZoneInfo("Asia/Tokyo")


@pytest.mark.parametrize("text", ["127.0.0.1:8600", "[::1]:8600", "localhost:8600"])
def test_this_machine_is_asked_by_its_own_names_alone(text: str) -> None:
    address = read_address(text)
    assert address is not None
    assert hosts_of(address) == {"127.0.0.1:8600", "localhost:8600", "[::1]:8600"}


def test_an_address_that_is_taken_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as somebody:
        address = read_address(f"127.0.0.1:{somebody.getsockname()[1]}")
        assert address is not None
        taken = pytest.raises(PreconditionFailed, match=r"^HARMWATCH_CONSOLE: 127\.0\.0\.1:\d+ cannot be had: Address")
        with taken, listening(address):
            pass


def test_over_tls_it_answers_all_who_know_the_ca_and_takes_up_files_that_were_replaced(tmp_path: Path) -> None:
    ca = Authority(tmp_path)
    certificate, key = ca.issue("console")
    desk = Desk(tls_of(Settings.model_validate({"console_cert": certificate, "console_key": key})))
    desk.start()
    try:
        first = shown_by(desk, ca)
        assert shown_by(desk, ca) == first
        ca.issue("console")
        assert shown_by(desk, ca) != first
        with socket.create_connection((desk.address.host, desk.address.port)) as clear:
            clear.sendall(f"GET /board HTTP/1.1\r\nHost: {desk.address}\r\n\r\n".encode())
            assert b"suspect-" not in clear.recv(65_536)
    finally:
        desk.close()


def shown_by(desk: Desk, ca: Authority) -> bytes:
    """The certificate that it shows; the board is there behind it."""
    context = ssl.create_default_context(cafile=str(ca.file))
    with (
        socket.create_connection((desk.address.host, desk.address.port)) as line,
        context.wrap_socket(line, server_hostname="127.0.0.1") as inside,
    ):
        inside.sendall(f"GET /board HTTP/1.1\r\nHost: {desk.address}\r\nConnection: close\r\n\r\n".encode())
        assert b"200 OK" in inside.recv(65_536)
        shown = inside.getpeercert(binary_form=True)
        assert shown is not None
        return shown


def test_files_that_cannot_serve_are_named_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "no.pem").write_text("no certificate")
    settings = Settings.model_validate({"console_cert": tmp_path / "no.pem", "console_key": tmp_path / "no.pem"})
    with pytest.raises(PreconditionFailed, match="HARMWATCH_CONSOLE_CERT and _KEY cannot be used"):
        tls_of(settings)


def test_further_names_count_besides() -> None:
    address = read_address("10.0.0.5:443")
    assert address is not None
    assert {"10.0.0.5:443", "desk.example", "localhost:443"} <= hosts_of(address, ["desk.example"])

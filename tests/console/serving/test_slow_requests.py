"""Who never comes to the end of a request is cut off, and who has asked and listens is not."""

import socket
import time
from collections.abc import Iterator

import pytest

from console import request_check
from console.form_fields import MOST_FIELDS, form_fields
from console.handover.handover_form import HandoverForm, read_handover_form
from console.stays.forms import StayForm, read_stay_form
from tests.console.browser import Desk

HEAD = "POST /display HTTP/1.1\r\nHost: {host}\r\nContent-Length: 9\r\nOrigin: http://{host}\r\n\r\n"


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(request_check, "PATIENCE_SECONDS", 1.0)
    desk = Desk()
    desk.start()
    yield desk
    desk.close()


def a_peer(desk: Desk, says: str) -> socket.socket:
    peer = socket.create_connection((desk.address.host, desk.address.port))
    peer.settimeout(0.05)
    peer.sendall(says.format(host=desk.address).encode())
    return peer


def is_cut_off(peer: socket.socket, letter: bytes) -> bool:
    """Whether it is, after it has said one letter more, or nothing."""
    try:
        peer.sendall(letter)
        return peer.recv(1 << 16) == b""
    except TimeoutError:
        return False
    except OSError:
        return True


@pytest.mark.parametrize(
    ("says", "letter"),
    [
        pytest.param("", b"", id="nothing"),
        pytest.param("GET /board HTTP/1.1\r\nX: ", b"a", id="a head letter by letter"),
        pytest.param(HEAD + "theme=", b"", id="half a body"),
        pytest.param(HEAD.replace("9", "9000"), b"a", id="a body letter by letter"),
    ],
)
def test_who_never_ends_a_request_is_cut_off_and_who_listens_is_not(desk: Desk, says: str, letter: bytes) -> None:
    listens, slow = a_peer(desk, "GET /stream HTTP/1.1\r\nHost: {host}\r\n\r\n"), a_peer(desk, says)
    until = time.monotonic() + 20
    while not is_cut_off(slow, letter):
        assert time.monotonic() < until
        assert not is_cut_off(listens, b"")
        time.sleep(0.1)
    listens.close()


def test_a_body_of_nothing_but_fields_is_no_form() -> None:
    body = b"act=note&text=a" + b"&a=b" * (MOST_FIELDS - 2)
    assert len(form_fields(body)) == MOST_FIELDS
    assert read_stay_form(body).text == "a"
    many = body + b"&a=b"
    assert (form_fields(many), read_stay_form(many), read_handover_form(many)) == (
        [],
        StayForm(None, ""),
        HandoverForm(),
    )

"""A trusted proxy: it alone is believed, word for word."""

from collections.abc import Sequence
from datetime import UTC

import pytest
from starlette.testclient import TestClient

from console import stream
from console.app import make_app
from console.fan_out import FanOut
from console.officer import Role
from console.pages import Pages
from console.sign_in.proxy import ProxyProvider
from tests.console.book import Book
from tests.console.conftest import HOST

PROXY = "192.0.2.80"
ROLES = {"desk": Role.OFFICER, "inspectors": Role.SUPERVISOR, "audit": Role.AUDITOR}
Headers = Sequence[tuple[str, str]]
ANNA: Headers = [("X-Remote-User", "anna"), ("X-Remote-Groups", "staff, desk")]


def page(fan_out: FanOut, headers: Headers, address: str = PROXY, path: str = "/board") -> tuple[int, str]:
    provider = ProxyProvider(PROXY, "X-Remote-User", "X-Remote-Groups", ROLES)
    app = make_app(Pages("v100", "", fan_out, UTC), frozenset({HOST}), Book().leases(fan_out), provider)
    with TestClient(app, f"http://{HOST}", follow_redirects=False, client=(address, 50_000)) as client:
        answer = client.get(path, headers=headers)
        return answer.status_code, answer.text


@pytest.mark.parametrize(
    ("groups", "role"),
    [("desk", "officer"), ("staff;inspectors", "supervisor"), ("desk,inspectors", "supervisor"),
     ("inspectors, audit", "auditor")],
)  # fmt: skip
def test_the_proxy_says_who_asks_and_their_groups_say_which_role(fan_out: FanOut, groups: str, role: str) -> None:
    status, text = page(fan_out, [("X-Remote-User", "anna"), ("X-Remote-Groups", groups)])
    assert status == 200
    assert f"<bdi>proxy:anna</bdi>, {role}" in text
    assert "/sign-out" not in text, "one signs out where one has signed in"


@pytest.mark.parametrize(
    ("headers", "address"),
    [
        (ANNA, "192.0.2.81"),
        (ANNA, "127.0.0.1"),
        ([*ANNA, ("X-Remote-User", "boss")], PROXY),
        (ANNA[:1], PROXY),
        (ANNA[1:], PROXY),
        ([("X-Remote-User", ""), ANNA[1]], PROXY),
        ([("X-Remote-User", "anna"), ("X-Remote-Groups", "staff, Desk")], PROXY),
        ([("X-Remote-User", "an na"), ANNA[1]], PROXY),
        ([("X-Remote-User", "x" * 129), ANNA[1]], PROXY),
        ([("X-Remote-User", "an<na"), ANNA[1]], PROXY),
        ([("X-Remote-User", "anna>"), ANNA[1]], PROXY),
        ([("X_Remote_User", "anna"), ANNA[1]], PROXY),
        ([("X-Forwarded-For", PROXY), *ANNA], "192.0.2.81"),
    ],
    ids=str,
)  # fmt: skip
def test_nobody_else_is_believed(fan_out: FanOut, headers: Headers, address: str) -> None:
    status, text = page(fan_out, headers, address)
    assert status == 403
    assert "suspect-" not in text
    assert "names no officer with a role here" in text


def test_a_page_whose_proxy_names_nobody_any_more_hears_so(fan_out: FanOut) -> None:
    assert page(fan_out, [], path="/stream") == (200, 'event: bye\ndata: {"signedOut":true}\n\n')


def test_a_stream_asks_the_proxy_again_within_a_minute(fan_out: FanOut, monkeypatch: pytest.MonkeyPatch) -> None:
    """It asks by a new request alone: headers of an old one say for ever what the proxy said then."""
    assert ProxyProvider.stream_seconds <= 60
    monkeypatch.setattr(ProxyProvider, "stream_seconds", 0.05)
    monkeypatch.setattr(stream, "FRESH_SECONDS", 0.01)
    status, text = page(fan_out, ANNA, path="/stream")
    assert status == 200
    assert "suspect-0001" in text
    assert text.endswith("event: bye\ndata: {}\n\n")


@pytest.mark.parametrize(
    ("told", "address"),
    [
        (["198.51.100.7"], "198.51.100.7"),
        (["203.0.113.9, 198.51.100.7"], "198.51.100.7"),
        (["2001:DB8::7"], "2001:db8::7"),
        ([], PROXY),
        (["nonsense"], PROXY),
        (["198.51.100.7, <script>"], PROXY),
        (["198.51.100.7", "203.0.113.9"], PROXY),
    ],
)
def test_a_look_names_the_address_that_the_proxy_added_last_and_else_the_proxys(
    fan_out: FanOut, told: Sequence[str], address: str
) -> None:
    provider, book = ProxyProvider(PROXY, "X-Remote-User", "X-Remote-Groups", ROLES), Book()
    app = make_app(Pages("v100", "", fan_out, UTC), frozenset({HOST}), book.leases(fan_out), provider)
    with TestClient(app, f"http://{HOST}", client=(PROXY, 50_000)) as client:
        client.get("/board", headers=[*ANNA, *(("X-Forwarded-For", each) for each in told)])
    assert [look.address for look in book.looks] == [address]

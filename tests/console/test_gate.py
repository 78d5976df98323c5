"""What is answered to whom: names, headers, methods, sizes, and what others have written into ids."""

import html
import json
import re
import time
from collections.abc import Callable, Iterator

import pytest
from starlette.testclient import TestClient

from console.app import LARGEST_BODY
from console.assets import assets
from console.fan_out import FanOut
from console.form_fields import form_fields
from console.gate import HEADERS
from models.alert import CauseOut
from models.journal.transition import CauseKind
from sight.printable import printable
from tests.console.book import Book
from tests.console.conftest import HOST, OWN
from tests.console.views import a_row, a_view, an_alert

PATHS = ["/", "/board", "/display", "/shift", "/nowhere", *(asset.address for asset in assets().values())]
HOSTILE = [
    "<script>alert(1)</script>", "\"'><img src=x onerror=alert(1)>", "a\nb", "\u202eevil", "\x1b[2J", "{{ 7*7 }}",
    "</li><li>", "'; drop", "&lt;", "\u0627\u0644\u0639", "李" * 128, "s\u0301" * 64, "\u2028", "-->", "]]>",
    "javascript:alert(1)",
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_forbids_what_a_page_of_ours_never_does(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert {name: headers[name] for name in HEADERS} == HEADERS
    assert headers["cache-control"] in {"no-store", "public, max-age=31536000, immutable"}
    assert (headers["cache-control"] == "no-store") == (not path.startswith("/static/"))


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8600", "127.0.0.1", "127.0.0.1:8601", "127.0.0.1:8600.evil.example", "", "[::1]:86"],
)
def test_a_name_that_another_makes_lead_here_gets_nothing(client: TestClient, host: str) -> None:
    answer = client.get("/board", headers={"Host": host})
    assert answer.status_code == 421
    assert "suspect-" not in answer.text
    assert "A tunnel (ssh -L) must begin at the same port as it ends." in answer.text
    assert client.get("/stream", headers={"Host": host}).status_code == 421


@pytest.mark.parametrize("path", ["/display", "/shift"])
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Origin": f"http://{HOST}"}, 303),
        ({}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": f"http://{HOST}"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Origin": f"http://{HOST}"}, 303),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://evil.example"}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1:8601"}, 403),
    ],
    ids=str,
)
def test_nothing_is_changed_but_from_a_page_of_our_own(
    client: TestClient, fan_out: FanOut, path: str, headers: dict[str, str], status: int
) -> None:
    fan_out.show(a_view())
    answer = client.post(path, data={"theme": "dark"}, headers=headers)
    assert answer.status_code == status
    assert ("set-cookie" in answer.headers) == (status == 303 and path == "/display")
    assert fan_out.shifts.current.by_another == (status == 303 and path == "/shift")


@pytest.mark.parametrize("site", ["cross-site", "same-site", "same-origin, cross-site"])
@pytest.mark.parametrize(
    "how",
    [("no-cors", "image", ""), ("no-cors", "", ""), ("cors", "empty", ""), ("navigate", "iframe", ""),
     ("navigate", "object", ""), ("navigate", "document", "prefetch"), ("", "", "")],
)  # fmt: skip
def test_a_page_elsewhere_makes_no_officer_look(
    client: TestClient, book: Book, site: str, how: tuple[str, str, str]
) -> None:
    names = ("Sec-Fetch-Mode", "Sec-Fetch-Dest", "Sec-Purpose")
    headers = {"Sec-Fetch-Site": site} | {name: value for name, value in zip(names, how, strict=True) if value}
    assert client.head("/board", headers=headers).status_code == 403
    for path in ("/board", "/stream", "/nowhere"):
        assert client.get(path, headers=headers).status_code == 403
    assert book.looks == []


@pytest.mark.parametrize(
    "headers",
    [
        {}, {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"},
        {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"},
    ],
)  # fmt: skip
def test_a_link_that_is_followed_leads_to_the_board(client: TestClient, headers: dict[str, str]) -> None:
    assert client.get("/board", headers=headers).status_code == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_no_other_method_does_anything(client: TestClient, method: str) -> None:
    assert client.request(method, "/board", headers=OWN).status_code == 405


@pytest.mark.parametrize("path", ["/board", "/stream", "/display"])
def test_who_asks_for_the_head_alone_gets_it_and_no_more(client: TestClient, path: str) -> None:
    answer = client.head(path)
    assert (answer.status_code, answer.content) == (200, b"")


def test_a_body_beyond_any_form_is_refused(client: TestClient) -> None:
    assert client.post("/display", content=b"x" * (LARGEST_BODY + 1), headers=OWN).status_code == 413


def test_a_body_that_does_not_say_how_long_it_is_is_refused_before_it_is_a_form(client: TestClient) -> None:
    """Decoding two megabytes of `%FF` would keep the event loop from everybody for 0.15 s."""

    def body() -> Iterator[bytes]:
        yield b"theme="
        for _ in range(70):
            yield b"%FF" * 10_000

    headers = {**OWN, "Content-Type": "application/x-www-form-urlencoded"}
    assert client.post("/display", content=body(), headers=headers).status_code == 413


def test_the_largest_body_that_is_taken_is_read_in_a_moment() -> None:
    spent = list[float]()
    for _ in range(3):
        begun = time.process_time()
        assert len(form_fields(b"text=" + b"%FF" * (LARGEST_BODY // 3))) == 1
        spent.append(time.process_time() - begun)
    assert min(spent) < 0.1, "seconds of the event loop"


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/live.js",
        "/static/",
        "/static//etc/passwd",
        "/static/a%00b",
    ],
)
def test_no_path_leads_to_another_file(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def of_a_row(fan_out: FanOut, who: str) -> None:
    fan_out.show(a_view([a_row(1, who), a_row(2)]))


def of_an_alert(fan_out: FanOut, who: str) -> None:
    fan_out.show(a_view(alerts=[an_alert(offender_id=who)]))


def of_a_counterpart(fan_out: FanOut, who: str) -> None:
    fan_out.show(a_view(alerts=[an_alert(counterpart=who)]))


def of_a_cause(fan_out: FanOut, who: str) -> None:
    cause = CauseOut(kind=CauseKind.DISPLACEMENT, event_id=who, offence_id=who, offender_id=who)
    fan_out.show(a_view(alerts=[an_alert(cause=cause)]))


def of_an_alert_id(fan_out: FanOut, who: str) -> None:
    fan_out.show(a_view(alerts=[an_alert(alert_id=who)]))


def of_an_instant(fan_out: FanOut, who: str) -> None:
    fan_out.show(a_view(alerts=[an_alert(as_of=who)]))


def of_a_trouble(fan_out: FanOut, who: str) -> None:
    fan_out.show(a_view(seen_at=-100.0, trouble=who))


PLACES = [of_a_row, of_an_alert, of_a_counterpart, of_a_cause, of_an_alert_id, of_an_instant, of_a_trouble]


@pytest.mark.parametrize("place", PLACES)
def test_whatever_others_have_written_stands_in_the_page_as_text(
    client: TestClient, fan_out: FanOut, place: Callable[[FanOut, str], None]
) -> None:
    place(fan_out, "somebody")
    as_usual = tags(client.get("/board").text)
    for who in HOSTILE:
        place(fan_out, who)
        page = client.get("/board").text
        assert tags(page) == as_usual, who
        assert all(letter.isprintable() or letter == "\n" for letter in page), who
        assert printable(who)[:40] in html.unescape(page), who


def tags(page: str) -> list[str]:
    """The names of all elements and their attributes, without what stands in these."""
    return [re.sub(r'"[^"]*"', '""', tag) for tag in re.findall(r"<[^>]*>", page)]


def test_an_id_stands_in_no_address_and_in_no_attribute(client: TestClient, fan_out: FanOut) -> None:
    fan_out.show(a_view(alerts=[an_alert()]))
    page = client.get("/board").text
    for attribute in re.findall(r'="([^"]*)"', page):
        assert "suspect-" not in html.unescape(attribute)


def test_no_page_has_anything_inline(client: TestClient) -> None:
    for path in ("/board", "/display", "/shift", "/nowhere"):
        page = client.get(path).text
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|javascript:", page)


def test_the_stream_says_hostile_ids_as_json_of_ascii_on_one_line(fan_out: FanOut) -> None:
    fan_out.show(a_view([a_row(rank, who) for rank, who in enumerate(HOSTILE, 1)]))
    name, data, *rest = fan_out.frame.whole.split(b"\n")
    assert (name, rest) == (b"event: board", [b"", b""])
    assert data.isascii()
    assert len(json.loads(data.removeprefix(b"data: "))["rows"]) == len(HOSTILE)


def test_browsers_say_the_origin_of_our_own_forms(client: TestClient) -> None:
    """With `no-referrer` they send `Origin: null`, which is what a page of somebody else's would send."""
    assert client.get("/board").headers["referrer-policy"] == "same-origin"

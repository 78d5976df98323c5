"""The wall: the board from afar, that names nobody in full and can do nothing."""

import asyncio
from dataclasses import replace
from datetime import UTC

import pytest
from starlette.testclient import TestClient
from starlette.types import ASGIApp

from console.app import make_app
from console.fan_out import FanOut
from console.officer import Role
from console.pages import Pages
from console.sign_in.proxy import ProxyProvider
from console.wall.wall_text import shortened
from models.access_log.look import ListLook
from sealing.handles import Handles
from sight.opening import CLOSED
from tests.console.book import Book
from tests.console.conftest import HOST, OWN
from tests.console.duty import ANNA, PROXY, Duty
from tests.console.page_text import Read
from tests.console.test_gate import HOSTILE
from tests.console.test_stream import Page, boards
from tests.console.views import a_row, a_view, an_alert

ROLES = {role.value: role for role in Role if role is not Role.VIEWER}
LONG = "suspect-of-eastmere-0417"


def as_role(role: str) -> dict[str, str]:
    return {"X-User": "somebody", "X-Groups": role}


def provider() -> ProxyProvider:
    return ProxyProvider(PROXY, "X-User", "X-Groups", ROLES)


def browser(app: ASGIApp) -> TestClient:
    return TestClient(app, f"http://{HOST}", follow_redirects=False, client=(PROXY, 50_000))


@pytest.mark.parametrize(
    ("who", "shown"),
    [(LONG, "…0417"), ("0417", "0417"), ("p", "p"), ("", ""), (CLOSED, CLOSED), ("a0417", "…0417")],
)
def test_an_id_is_shortened_to_its_end(who: str, shown: str) -> None:
    assert shortened(who) == shown


def test_the_page_shows_rank_movement_and_days_and_no_id_in_full(client: TestClient, fan_out: FanOut) -> None:
    fan_out.show(a_view())
    rows = [a_row(1, LONG), *(a_row(rank) for rank in range(2, 121))]
    fan_out.show(a_view(rows, [an_alert(offender_id=LONG, counterpart="suspect-0101")]))
    answer = client.get("/wall")
    read = Read(answer.text)
    assert answer.status_code == 200
    assert "1 new …0417 1,999" in read.text
    assert "the cut at 100: 1,900 days" in read.text
    assert "entered 02:13 …0417 entered at rank 97: an offence (19C, 1,825 days) was reported" in read.text
    assert "suspect-" not in answer.text
    assert not [tag for tag, _ in read.tags if tag in {"form", "button", "input"}], "it can do nothing"


def test_its_stream_leads_to_nobody(app: ASGIApp, fan_out: FanOut) -> None:
    fan_out.wording = replace(fan_out.wording, handles=Handles("5" * 64))
    fan_out.show(a_view([a_row(1, LONG), *(a_row(rank) for rank in range(2, 121))]))

    async def story() -> None:
        fan_out.use_loop()
        board, wall = Page(app), Page(app, of="wall")
        for page in (board, wall):
            await page.until(lambda events: len(boards(events)) == 1)
            page.leave()
        assert all(row["address"].startswith("/people/") for row in boards(board.events)[0]["rows"])
        assert {row["address"] for row in boards(wall.events)[0]["rows"]} == {""}

    asyncio.run(story())


def test_hostile_ids_stay_text(client: TestClient, fan_out: FanOut) -> None:
    rows = [a_row(rank, who) for rank, who in enumerate(HOSTILE, 1)]
    fan_out.show(a_view(rows, [an_alert(offender_id=who, counterpart=who) for who in HOSTILE[:5]]))
    tags = {tag for tag, _ in Read(client.get("/wall").text).tags}
    assert not tags & {"img"}
    assert "alert(1)" not in client.get("/wall").text


def test_its_stream_names_nobody_in_full_and_moves_with_the_board(app: ASGIApp, fan_out: FanOut) -> None:
    async def story() -> None:
        fan_out.use_loop()
        page = Page(app, of="wall")
        await page.until(lambda events: len(boards(events)) == 1)
        fan_out.show(a_view([a_row(1, LONG)], [an_alert(offender_id=LONG)]))
        await page.until(lambda events: len(boards(events)) == 2)
        assert [row["who"] for row in boards(page.events)[1]["rows"]] == ["…0417"]
        assert "suspect-" not in str(page.events)
        fan_out.end()
        await asyncio.wait_for(page.ended.wait(), 60)
        assert page.events[-1] == ("bye", {})

    asyncio.run(story())


def test_a_look_is_written_before_it_and_without_one_nobody_is_shown(fan_out: FanOut) -> None:
    book = Book()
    app = make_app(Pages("v100", "", fan_out, UTC), frozenset({HOST}), book.leases(fan_out), provider())
    with browser(app) as client:
        book.away = "Kafka does not answer"
        refused = client.get("/wall", headers=as_role("device"))
        assert (refused.status_code, "…0001" in refused.text) == (503, False)
        assert client.head("/wall", headers=as_role("device")).status_code == 200
        assert book.looks == []
        book.away = ""
        assert "…0001" in client.get("/wall", headers=as_role("device")).text
    (look,) = book.looks
    assert isinstance(look, ListLook)
    assert (look.by, look.role) == ("proxy:somebody", "device")


@pytest.mark.parametrize("role", list(ROLES))
@pytest.mark.parametrize(
    ("method", "path", "others", "device"),
    [
        ("GET", "/", "303 /board", "303 /wall"),
        ("GET", "/wall", "200 ", "200 "),
        ("GET", "/board", "200 ", "303 /wall"),
        ("GET", "/display", "200 ", "200 "),
        ("GET", "/queue", "200 ", "403 "),
        ("GET", "/second-key", "200 ", "403 "),
        ("GET", "/stays/v100:1", "200 ", "403 "),
        ("GET", "/shift", "200 ", "403 "),
        ("POST", "/board", "405 ", "403 "),
        ("GET", "/nowhere", "404 ", "403 "),
    ],
)
def test_a_device_gets_the_wall_and_nothing_else(
    fan_out: FanOut, role: str, method: str, path: str, others: str, device: str
) -> None:
    duty = Duty(fan_out, Book(), provider()).begin(LONG)
    fan_out.show(a_view())
    with browser(duty.app) as client:
        answer = client.request(method, path, headers=as_role(role) | OWN)
    expected = device if role == "device" else others
    assert f"{answer.status_code} {answer.headers.get('location', '')}" == expected
    assert role != "device" or LONG not in answer.text


def test_a_device_never_acts(fan_out: FanOut) -> None:
    duty = Duty(fan_out, Book(), provider()).begin(LONG)
    written = len(duty.written)
    form = {"act": "note", "seen": duty.form(1, ANNA), "text": "by a wall"}
    with browser(duty.app) as client:
        assert client.post("/stays/v100:1", data=form, headers=as_role("device") | OWN).status_code == 403
        assert client.post("/shift", headers=as_role("device") | OWN).status_code == 403
        for of in ("", "?of=queue"):
            assert client.get(f"/stream{of}", headers=as_role("device")).status_code == 404
    assert len(duty.written) == written


def test_a_device_is_a_device_whatever_else_its_groups_say(fan_out: FanOut) -> None:
    duty = Duty(fan_out, Book(), provider())
    with browser(duty.app) as client:
        answer = client.get("/board", headers=as_role("supervisor,device,auditor"))
    assert answer.headers["location"] == "/wall"

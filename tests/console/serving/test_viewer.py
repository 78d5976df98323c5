"""A viewer sees the board, its stream and what it is about, and nothing that leads further."""

from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from console.fan_out import FanOut
from console.officer import Role
from console.sign_in.granted_role import granted_role
from console.sign_in.proxy import ProxyProvider
from models.access_log.look import ListLook
from tests.console.book import Book
from tests.console.conftest import HOST, OWN
from tests.console.duty import ANNA, PROXY, Duty
from tests.console.page_text import Read
from tests.console.past.golden import HANDLES
from tests.console.views import a_view

VIEWER = {"X-Remote-User": "vera", "X-Remote-Groups": "watch"}


def viewer(duty: Duty) -> TestClient:
    return TestClient(duty.app, f"http://{HOST}", headers=VIEWER | OWN, follow_redirects=False, client=(PROXY, 5))


@pytest.fixture
def duty(fan_out: FanOut, book: Book) -> Duty:
    provider = ProxyProvider(PROXY, "X-Remote-User", "X-Remote-Groups", {"watch": Role.VIEWER})
    return Duty(fan_out, book, provider).begin("suspect-0001")


def test_a_viewer_sees_the_board_once_the_look_is_written(duty: Duty, fan_out: FanOut, book: Book) -> None:
    fan_out.show(a_view())
    with viewer(duty) as vera:
        book.away = "Kafka does not answer"
        refused = vera.get("/board")
        assert (refused.status_code, "suspect-" in refused.text) == (503, False)
        book.away = ""
        page = vera.get("/board").text
    assert "suspect-0001" in page
    leads_to = {tag.get("href") or "" for name, tag in Read(page).tags if name == "a"}
    assert {each for each in leads_to if each.startswith("/")} == {"/board", "/display", "/about"}
    (look,) = book.looks
    assert isinstance(look, ListLook)
    assert (look.by, look.role) == ("proxy:vera", "viewer")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        *(("GET", path) for path in (
            "/queue", "/ageing", "/second-key", "/handover", "/handover/1", "/stays/v100:1", "/stays/v100:1/print",
            "/stays/v100:1/proof", "/find", f"/people/{HANDLES.handle('suspect-0001')}", "/at", "/at/amendments",
            "/access", "/wall", "/shift", "/board/", "/nowhere",
        )),
        *(("POST", path) for path in ("/stays/v100:1", "/stays/v100:1/actions", "/handover", "/shift", "/find")),
    ],
)  # fmt: skip
def test_a_viewer_gets_no_other_page(duty: Duty, book: Book, method: str, path: str) -> None:
    written, form = len(duty.written), {"act": "note", "seen": duty.form(1, ANNA), "text": "by a viewer"}
    with viewer(duty) as vera:
        answer = vera.request(method, path, data=form if method == "POST" else None)
    assert (answer.status_code, "suspect-" in answer.text) == (403, False)
    assert (len(duty.written), book.looks) == (written, [])


def test_officers_who_ask_after_a_viewer_get_the_links_that_a_viewer_does_not(fan_out: FanOut, book: Book) -> None:
    roles = {"watch": Role.VIEWER, "desk": Role.OFFICER}
    duty = Duty(fan_out, book, ProxyProvider(PROXY, "X-Remote-User", "X-Remote-Groups", roles)).begin("suspect-0001")
    fan_out.wording = replace(fan_out.wording, handles=HANDLES)
    fan_out.show(a_view())
    with viewer(duty) as vera, duty.asked_by("anna") as anna:
        pages = [asked.get("/board").text for asked in (vera, anna, vera, anna)]
    assert [("/people/" in page, "/shift" in page) for page in pages] == [(False, False), (True, True)] * 2


@pytest.mark.parametrize("of", ["queue", "wall"])
def test_a_viewer_hears_no_other_stream(duty: Duty, of: str) -> None:
    with viewer(duty) as vera:
        assert vera.get(f"/stream?of={of}").status_code == 404


def test_who_is_a_viewer_and_something_else_is_that() -> None:
    assert {granted_role({Role.VIEWER, each}) for each in Role} == set(Role)

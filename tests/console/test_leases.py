"""Nothing that names anybody goes out before the look is written down, and nothing once that cannot be renewed."""

import asyncio
import threading
from dataclasses import replace

import pytest
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Message

from console import stream
from console.access_log.leases import LASTS_SECONDS, RENEWED_SECONDS
from console.app import LARGEST_BODY
from console.fan_out import FanOut
from console.officer import UNKNOWN, Role
from models.access_log.look import ListLook, look_bytes, read_look
from models.instants import SECOND, parse_instant
from tests.console.book import Book
from tests.console.conftest import HOST
from tests.console.duty import Duty
from tests.console.test_stream import Page, boards
from tests.console.views import a_row, a_view

JSON = b"application/json"
AWAY = "Kafka at 127.0.0.1:9092 does not answer (HARMWATCH_KAFKA)"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "UNSEEN_SECONDS", 0.01)
    monkeypatch.setattr(stream, "FRESH_SECONDS", 0.01)


def test_a_board_leaves_one_record_and_those_within_ten_minutes_none(
    client: TestClient, fan_out: FanOut, book: Book
) -> None:
    fan_out.show(a_view(generation="g7", entry=81_204))
    for path in ("/board", "/board", "/"):
        client.get(path)
    (look,) = book.looks
    assert isinstance(look, ListLook)
    assert (look.by, look.role, look.board) == ("none:this-machine", "officer", "v100")
    assert (look.generation, look.from_entry, look.lines, look.alerts) == ("g7", 81_204, 110, 30)
    assert parse_instant(look.until) - parse_instant(look.at) == LASTS_SECONDS * SECOND
    assert (look.category, look.results, look.address) == ("consultation", 110, "testclient")
    assert read_look(look_bytes(look)) == look
    book.later_seconds = LASTS_SECONDS
    client.get("/board")
    assert len(book.looks) == 2


@pytest.mark.parametrize("path", ["/display", "/shift", "/nowhere", "/static/nothing", "/sign-in"])
def test_what_names_nobody_leaves_no_record(client: TestClient, book: Book, path: str) -> None:
    client.get(path)
    client.head("/board")
    client.head("/stream")
    assert book.looks == []


def test_no_record_holds_an_id_of_a_person(client: TestClient, fan_out: FanOut, book: Book) -> None:
    fan_out.show(a_view([a_row(1, "suspect-anna"), a_row(2)]))
    assert "suspect-anna" in client.get("/board").text
    assert b"suspect" not in b"".join(map(look_bytes, book.looks))


def test_what_cannot_be_recorded_is_not_shown(client: TestClient, book: Book) -> None:
    book.away = AWAY
    answer = client.get("/board")
    assert answer.status_code == 503
    assert "suspect-" not in answer.text
    assert f"Looks cannot be recorded now, so nothing that names anybody is shown: {AWAY}" in answer.text
    book.away = ""
    assert client.get("/board").status_code == 200, "and is once it can"


def test_before_anything_of_the_board_is_seen_nobody_is_named_and_no_look_recorded(
    client: TestClient, fan_out: FanOut, book: Book
) -> None:
    fan_out.show(a_view([], state="unseen", entry=0))
    assert client.get("/board").status_code == 200
    assert book.looks == []
    fan_out.show(a_view(entry=7))
    client.get("/board")
    assert [look.from_entry for look in book.looks if isinstance(look, ListLook)] == [7]


def test_the_queue_names_people_whose_board_was_not_seen_and_needs_a_record(fan_out: FanOut, book: Book) -> None:
    fan_out.show(a_view([], state="unseen", entry=0))
    duty = Duty(fan_out, book).begin("suspect-anna")
    with TestClient(duty.app, f"http://{HOST}") as client:
        book.away = AWAY
        answer = client.get("/queue")
        assert (answer.status_code, "suspect-anna" in answer.text) == (503, False)
        book.away = ""
        assert "suspect-anna" in client.get("/queue").text
        assert len(book.looks) == 1
        client.get("/board")
        assert len(book.looks) == 1


def test_the_stream_of_the_queue_shows_nothing_unrecorded_before_the_board_was_seen(
    fan_out: FanOut, book: Book
) -> None:
    async def story() -> None:
        fan_out.show(a_view([], state="unseen", entry=0))
        book.away = AWAY
        page = Page(Duty(fan_out, book).begin("suspect-anna").app, of="queue")
        await page.until(lambda events: any(AWAY in told.get("why", "") for _, told in events))
        assert "suspect-anna" not in str(page.events)
        book.away = ""
        await page.until(lambda events: "suspect-anna" in str(events))
        assert len(book.looks) == 1
        page.leave()
        await page.ended.wait()

    asyncio.run(story())


def test_another_generation_of_the_board_is_another_look(client: TestClient, fan_out: FanOut, book: Book) -> None:
    for generation in ("g7", "g7", "g8"):
        fan_out.show(a_view(generation=generation))
        client.get("/board")
    assert [look.generation for look in book.looks if isinstance(look, ListLook)] == ["g7", "g8"]


def test_what_was_read_while_the_board_became_another_one_is_shown_under_a_look_at_that_one(
    fan_out: FanOut, book: Book
) -> None:
    async def story() -> None:
        fan_out.show(a_view(generation="g7"))
        duty, may_read = Duty(fan_out, book).begin("suspect-anna"), threading.Event()
        held = [asyncio.create_task(duty.acting.reads.ask(may_read.wait)) for _ in range(4)]
        answer, scope = list[str](), Page.scope("/queue") | {"headers": [(b"host", HOST.encode()), (b"accept", JSON)]}

        async def send(message: Message) -> None:
            answer.append(str(message))

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        asking: asyncio.Task[None] = asyncio.create_task(duty.app(scope, receive, send))  # type: ignore[arg-type]  # a coroutine
        while duty.acting.reads.waiting < 5:
            await asyncio.sleep(0.005)
        fan_out.show(a_view(generation="g8"))
        may_read.set()
        await asyncio.gather(asking, *held)
        assert "'status': 200" in answer[0]
        assert [look.generation for look in book.looks if isinstance(look, ListLook)] == ["g7", "g8"]

    asyncio.run(asyncio.wait_for(story(), 20))


def test_no_byte_of_a_page_is_sent_before_its_record_is_acknowledged(app: ASGIApp, book: Book) -> None:
    async def story() -> None:
        book.may_write.clear()
        sent: list[str] = []

        async def send(message: object) -> None:
            sent.append(str(message))

        async def receive() -> dict[str, object]:
            return {"type": "http.request", "body": b"", "more_body": False}

        scope = Page.scope("/board")
        lookup: asyncio.Task[None] = asyncio.create_task(app(scope, receive, send))  # type: ignore[arg-type]  # a coroutine
        await asyncio.sleep(0.05)
        assert sent == []
        book.may_write.set()
        await asyncio.wait_for(lookup, 60)
        assert "suspect-0001" in "".join(sent)

    asyncio.run(story())


def test_many_pages_of_an_officer_that_open_at_once_share_one_record(app: ASGIApp, book: Book) -> None:
    async def story() -> None:
        pages = [Page(app) for _ in range(50)]
        await asyncio.gather(*(page.until(lambda events: bool(boards(events))) for page in pages))
        for page in pages:
            page.leave()
        await asyncio.gather(*(page.ended.wait() for page in pages))

    asyncio.run(story())
    assert len(book.looks) == 1


def test_a_stream_says_why_it_shows_nothing_and_shows_the_whole_list_once_it_may(app: ASGIApp, book: Book) -> None:
    async def story() -> None:
        book.away = AWAY
        page = Page(app)
        await page.until(lambda events: any(AWAY in told.get("why", "") for _, told in events))
        assert boards(page.events) == []
        assert not any(told["live"] for _, told in page.events)
        assert "suspect-" not in str(page.events)
        book.away = ""
        await page.until(lambda events: bool(boards(events)))
        assert boards(page.events)[0]["whole"]
        page.leave()
        await page.ended.wait()

    asyncio.run(story())


def test_an_open_page_renews_its_lease_before_it_ends(app: ASGIApp, book: Book) -> None:
    async def story() -> None:
        page = Page(app)
        await page.until(lambda events: bool(boards(events)))
        book.later_seconds = LASTS_SECONDS - RENEWED_SECONDS
        await page.until(lambda _: len(book.looks) == 2)
        assert all(told["live"] for name, told in page.events[1:] if name == "fresh")
        page.leave()
        await page.ended.wait()

    asyncio.run(story())


def test_an_open_page_goes_grey_when_its_lease_ends_and_is_not_renewed(
    app: ASGIApp, fan_out: FanOut, book: Book
) -> None:
    async def story() -> None:
        page = Page(app)
        await page.until(lambda events: bool(boards(events)))
        book.away, book.later_seconds = AWAY, LASTS_SECONDS - RENEWED_SECONDS
        known = len(page.events)
        await page.until(lambda events: len(events) > known + 2)
        assert page.events[-1][1]["live"], "the lease still holds"
        book.later_seconds = LASTS_SECONDS
        await page.until(lambda events: not events[-1][1].get("live", True))
        known = len(boards(page.events))
        fan_out.show(replace(a_view([a_row(1, "suspect-new")])))
        seen = len(page.events)
        await page.until(lambda events: len(events) > seen + 2)
        assert len(boards(page.events)) == known
        assert "suspect-new" not in str(page.events)
        page.leave()
        await page.ended.wait()

    asyncio.run(story())


def test_each_officer_has_a_lease_of_their_own_at_each_address(fan_out: FanOut, book: Book) -> None:
    async def story() -> None:
        leases = book.leases(fan_out)
        await leases.open(UNKNOWN, of_board=True)
        await leases.open(replace(UNKNOWN, by="local:anna"), of_board=True)
        await leases.open(replace(UNKNOWN, by="local:anna", role=Role.SUPERVISOR), of_board=True)
        await leases.open(UNKNOWN, of_board=True)
        await leases.open(replace(UNKNOWN, by="local:anna", address="192.0.2.7"), of_board=True)

    asyncio.run(story())
    assert [(look.by, look.role, look.address) for look in book.looks] == [
        ("none:this-machine", "officer", None), ("local:anna", "officer", None), ("local:anna", "supervisor", None),
        ("local:anna", "officer", "192.0.2.7"),
    ]  # fmt: skip


@pytest.mark.parametrize("value", [None, b"", b"{}", b"[]", b"no json", b'{"kind": "list"}', b"x" * LARGEST_BODY])
def test_what_is_no_look_is_foreign(value: bytes | None) -> None:
    assert read_look(value) is None

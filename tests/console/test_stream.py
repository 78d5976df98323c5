"""The stream: the whole table first, then what changed, a sign of life, one slot for each page, and an end."""

import asyncio
import json
import random
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.types import ASGIApp, Message

from console import stream
from console.app import MOST_STREAMS
from console.board_text import BoardText, Wording
from console.fan_out import FanOut
from console.frames import Frame
from console.provider import NoProvider
from console.row_keys import RowKeys
from models.board import BoardRow
from tests.console.conftest import HOST
from tests.console.views import BAND, a_row, a_view, an_alert

Event = tuple[str, dict[str, Any]]
Await = Coroutine[Any, Any, None]


def events_in(body: bytes) -> list[Event]:
    told = []
    for block in body.decode("ascii").split("\n\n")[:-1]:
        name, data = block.split("\n")
        told.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return told


class Page:
    """A page that listens to the stream; `take` gives it what was sent, or makes it wait as a slow line does."""

    def __init__(self, app: ASGIApp, cookie: str = "", of: str = "") -> None:
        self.status = 0
        self.events: list[Event] = []
        self.may_take = asyncio.Event()
        self.may_take.set()
        self.ended = asyncio.Event()
        self._gone = asyncio.Event()
        self._came = asyncio.Event()
        scope = self.scope("/stream", cookie) | {"query_string": f"of={of}".encode()}
        self.task = asyncio.create_task(self._ask(app, scope))

    @staticmethod
    def scope(path: str, cookie: str = "") -> dict[str, Any]:
        headers = [(b"host", HOST.encode()), (b"cookie", cookie.encode())]
        return {
            "type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"",
            "headers": headers, "http_version": "1.1", "scheme": "http", "root_path": "",
        }  # fmt: skip

    async def _ask(self, app: ASGIApp, scope: dict[str, Any]) -> None:
        await app(scope, self._receive, self._send)
        self.ended.set()

    async def _receive(self) -> Message:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        await self.may_take.wait()
        self.status = message.get("status", self.status)
        self.events += events_in(message.get("body", b"")) if self.status == 200 else []
        self._came.set()

    def leave(self) -> None:
        self._gone.set()

    async def until(self, is_there: Callable[[list[Event]], bool]) -> None:
        async with asyncio.timeout(60):
            while not is_there(self.events):
                self._came.clear()
                await self._came.wait()


def boards(events: list[Event]) -> list[dict[str, Any]]:
    return [document for name, document in events if name == "board"]


def run(story: Callable[[], Await]) -> None:
    asyncio.run(story())


def test_a_page_gets_the_whole_table_and_then_what_has_changed(app: ASGIApp, fan_out: FanOut) -> None:
    async def story() -> None:
        fan_out.use_loop()
        page = Page(app)
        await page.until(lambda events: len(boards(events)) == 1)
        assert page.events[0][0] == "fresh"
        first = boards(page.events)[0]
        assert first["whole"]
        assert [row["rank"] for row in first["rows"]] == [str(rank) for rank in range(1, 111)]
        fan_out.show(a_view())
        await page.until(lambda events: len(boards(events)) == 2)
        fan_out.show(a_view([a_row(1, score=9_999_000), *(a_row(rank) for rank in range(2, 121))], [an_alert()]))
        await page.until(lambda events: len(boards(events)) == 3)
        change = boards(page.events)[2]
        assert not change["whole"]
        assert [row["days"] for row in change["rows"] if isinstance(row, dict)] == ["9,999"]
        assert [alert["id"] for alert in change["alerts"]] == ["v100:417"]
        page.leave()
        await asyncio.wait_for(page.ended.wait(), 60)

    run(story)


def test_what_shows_nothing_else_is_sent_to_nobody(fan_out: FanOut) -> None:
    fan_out.show(a_view())
    before = fan_out.frame
    fan_out.show(a_view(entry=81_205))
    assert fan_out.frame is before


def test_a_page_that_takes_nothing_misses_frames_and_then_gets_the_newest_whole(app: ASGIApp, fan_out: FanOut) -> None:
    async def story() -> None:
        fan_out.use_loop()
        slow, quick = Page(app), Page(app)
        await slow.until(lambda events: len(boards(events)) == 1)
        slow.may_take.clear()
        for score in range(5):
            fan_out.show(a_view([a_row(1, score=9_000_000 + score * 1_000)]))
            await quick.until(lambda events, count=score + 2: len(boards(events)) >= count)  # type: ignore[misc]
        slow.may_take.set()
        await slow.until(lambda events: boards(events)[-1]["number"] == fan_out.frame.number)
        assert len(boards(slow.events)) <= 3
        newest = boards(slow.events)[-1]
        assert newest["whole"]
        assert newest["rows"][0]["days"] == "9,004"
        for page in (slow, quick):
            page.leave()

    run(story)


def test_there_is_a_sign_of_life_though_nothing_changes(
    app: ASGIApp, fan_out: FanOut, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "FRESH_SECONDS", 0.01)

    async def story() -> None:
        fan_out.use_loop()
        page = Page(app)
        await page.until(lambda events: [name for name, _ in events].count("fresh") >= 5)
        assert len(boards(page.events)) == 1
        page.leave()

    run(story)


def test_a_page_that_goes_away_is_forgotten(app: ASGIApp, fan_out: FanOut) -> None:
    async def story() -> None:
        fan_out.use_loop()
        pages = [Page(app) for _ in range(20)]
        for page in pages:
            await page.until(lambda events: len(events) >= 2)
        assert fan_out.open_streams.total() == 20
        for page in pages:
            page.leave()
            await asyncio.wait_for(page.ended.wait(), 60)
        assert fan_out.open_streams.total() == 0

    run(story)


@pytest.mark.parametrize("why", ["the console ends", "an hour has passed"])
def test_a_stream_says_goodbye(app: ASGIApp, fan_out: FanOut, monkeypatch: pytest.MonkeyPatch, why: str) -> None:
    if why == "an hour has passed":
        monkeypatch.setattr(NoProvider, "stream_seconds", 0.05)
        monkeypatch.setattr(stream, "FRESH_SECONDS", 0.01)

    async def story() -> None:
        fan_out.use_loop()
        page = Page(app)
        await page.until(lambda events: len(events) >= 2)
        if why == "the console ends":
            fan_out.end()
        await asyncio.wait_for(page.ended.wait(), 60)
        assert page.events[-1] == ("bye", {})

    run(story)


def test_there_is_room_for_so_many_streams_and_no_more(app: ASGIApp, fan_out: FanOut) -> None:
    async def story() -> None:
        fan_out.use_loop()
        fan_out.open_streams["local:anna"] = MOST_STREAMS
        page = Page(app)
        await asyncio.wait_for(page.ended.wait(), 60)
        assert page.status == 503

    run(story)


ROWS = st.lists(
    st.tuples(st.sampled_from("abcdefghij"), st.integers(1, 5)), max_size=8, unique_by=lambda row: row[0]
).map(lambda rows: [BoardRow(rank, who, 1_000 * score, True, 0) for rank, (who, score) in enumerate(rows, 1)])


@given(st.lists(ROWS, min_size=1, max_size=6), st.randoms())
@settings(max_examples=60)
def test_whatever_frames_a_page_misses_it_shows_the_newest(shown: list[list[BoardRow]], chance: random.Random) -> None:
    wording, before, known = Wording(BAND, BAND, RowKeys()), None, 0
    cells: dict[str, dict[str, str]] = {}
    order: list[str] = []
    shifts = FanOut(wording, "", a_view()).shifts
    for number, rows in enumerate(shown, 1):
        text: BoardText = wording.board(a_view(rows), shifts.current)
        frame = Frame(number, text, before)
        before = text
        if chance.random() < 0.5 and number < len(shown):
            continue
        body = frame.change if known and known == number - 1 else frame.whole
        ((_, document),) = events_in(body)
        cells = {
            (row if isinstance(row, str) else row["key"]): cells[row] if isinstance(row, str) else row
            for row in document["rows"]
        }
        order, known = list(cells), number
    assert [cells[key]["who"] for key in order] == [row.offender_id for row in shown[-1]]
    assert [cells[key]["days"] for key in order] == [f"{row.score // 1000}" for row in shown[-1]]

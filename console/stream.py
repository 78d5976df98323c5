"""The stream of one page: server-sent events, the newest frame each time, and a sign of life every two seconds.

Rows go out under a lease alone, and to an officer who is still one.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Iterator

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from console.access_log.leases import Leases
from console.frame_source import FrameSource
from console.frames import bye_event, fresh_event, signed_out_event, unseen_event
from console.handover.desk_count import DeskCount
from console.officer import Officer
from models.errors import Unavailable

FRESH_SECONDS = 2.0
UNSEEN_SECONDS = 0.25
"""While a look is being recorded, so that the list comes soon after."""


ASKED_SECONDS = 10.0
"""So often it is asked whether the officer is still one."""

WhoAsks = Callable[[], Awaitable[Officer | None]]
"""None: nobody any more. Raises Unavailable."""


class EventStream(Response):
    """Ends with its peer: one that is gone, or takes nothing any more, is given up by the server (`peer_check.py`)."""

    media_type = "text/event-stream"
    status_code = 200

    def __init__(
        self,
        source: FrameSource,
        leases: Leases,
        officer: Officer,
        who_asks: WhoAsks,
        life_seconds: float,
        numbers: Callable[[], DeskCount | None] = lambda: None,
    ) -> None:
        self._source, self._leases, self._numbers = source, leases, numbers
        self._officer, self._who_asks, self._life_seconds = officer, who_asks, life_seconds
        self.init_headers({"X-Accel-Buffering": "no"})  # nginx would keep it back

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends until the peer is gone, the console ends, or its life is over: then the page asks again."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        if scope["method"] == "HEAD":
            await send({"type": "http.response.body", "body": b""})
            return
        with self._counted():
            await self._send_while_heard(receive, send)

    @contextlib.contextmanager
    def _counted(self) -> Iterator[None]:
        streams, by = self._source.open_streams, self._officer.by
        streams[by] += 1
        try:
            yield
        finally:
            streams[by] -= 1
            if not streams[by]:
                del streams[by]

    async def _send_while_heard(self, receive: Receive, send: Send) -> None:
        sending = asyncio.create_task(self._send_all(send))
        listening = asyncio.create_task(_until_gone(receive))
        try:
            await asyncio.wait((sending, listening), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (sending, listening):
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task

    async def _send_all(self, send: Send) -> None:
        with contextlib.suppress(Unavailable, TimeoutError):
            await asyncio.wait_for(self._leases.open(self._officer, of_board=self._source.is_of_board), FRESH_SECONDS)
        until, known, ask_at, goodbye = time.monotonic() + self._life_seconds, 0, time.monotonic() + ASKED_SECONDS, b""
        while not (goodbye or self._source.is_ending) and time.monotonic() < until:
            body, known = self._news(known)
            await send({"type": "http.response.body", "body": body, "more_body": True})
            if known:
                await self._source.wait_for_news(known, FRESH_SECONDS)
            else:
                await asyncio.sleep(UNSEEN_SECONDS)
            if time.monotonic() >= ask_at:
                goodbye, ask_at = await self._goodbye(), time.monotonic() + ASKED_SECONDS
        await send({"type": "http.response.body", "body": goodbye or bye_event(), "more_body": False})

    def _news(self, known: int) -> tuple[bytes, int]:
        """What goes out now, and which frame the page then knows; 0: none that it could go on from."""
        frame, fresh = self._source.frame_for(self._officer), self._source.fresh()
        if why := self._leases.why_closed(self._officer, of_board=self._source.is_of_board):
            return unseen_event(fresh, why), 0
        numbers = self._numbers()
        sent = fresh_event(fresh) + (b"" if numbers is None else numbers.event())
        if frame.number == known:
            return sent, known
        return sent + (frame.change if known and frame.number == known + 1 else frame.whole), frame.number

    async def _goodbye(self) -> bytes:
        """What ends the stream where the officer is none any more, or is somebody else; empty: nothing does.

        A browser may hold a device's token beside a session that has ended.
        """
        try:
            officer = await self._who_asks()
        except Unavailable:
            return bye_event()
        return b"" if officer == self._officer else signed_out_event()


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass

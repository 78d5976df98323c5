"""The stream of one page: server-sent events, the newest frame each time, and a sign of life every two seconds."""

import asyncio
import contextlib
import time

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from console.frames import bye_event, fresh_event
from console.news import News

LIFE_SECONDS = 3_600.0
"""Then the page asks anew: a proxy or a laptop that has lost the line without a word holds nothing for longer."""

FRESH_SECONDS = 2.0


class EventStream(Response):
    """Ends with its peer: one that is gone, or takes nothing any more, is given up by the kernel (`serve.py`)."""

    media_type = "text/event-stream"
    status_code = 200

    def __init__(self, news: News) -> None:
        self._news = news
        self.init_headers({"X-Accel-Buffering": "no"})  # nginx would keep it back

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends until the peer is gone, the console ends, or an hour has passed."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        if scope["method"] == "HEAD":
            await send({"type": "http.response.body", "body": b""})
            return
        self._news.open_streams += 1
        try:
            await self._send_while_heard(receive, send)
        finally:
            self._news.open_streams -= 1

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
        until, known = time.monotonic() + LIFE_SECONDS, 0
        while not self._news.is_ending and time.monotonic() < until:
            frame = self._news.frame
            body = fresh_event(self._news.fresh())
            if frame.number != known:
                body += frame.change if frame.number == known + 1 and known else frame.whole
                known = frame.number
            await send({"type": "http.response.body", "body": body, "more_body": True})
            await self._news.wait_for_news(known, FRESH_SECONDS)
        await send({"type": "http.response.body", "body": bye_event(), "more_body": False})


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass

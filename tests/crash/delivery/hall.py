"""A hall of receivers on one server, healthy and sick ones, each with a log of what came."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

from aiohttp import web

HEALTHY = "healthy"
SICK = ("hangs", "refuses", "fails", "misses", "redirects", "drops", "tires", "garbles")
_STATUSES = {"hangs": 599, "refuses": 400, "fails": 503, "redirects": 307, "drops": 599, "garbles": 599}
_TIRES_AFTER = 5


class Entry(NamedTuple):
    """One request; instants in seconds since 1970."""

    number: int
    sequence: int
    status: int
    came: float
    answered: float


@dataclass
class Log:
    """Of one receiver: `most_at_once` requests ran side by side."""

    kind: str
    entries: list[Entry] = field(default_factory=list)
    last: int = 0
    """the highest number that it accepted"""

    at_once: int = 0
    most_at_once: int = 0


class Hall:
    """`kinds`: what each receiver is; `slow_seconds`: how long an answer takes."""

    def __init__(self, kinds: Sequence[str], slow_seconds: float = 0.0) -> None:
        self.logs = [Log(kind) for kind in kinds]
        self._slow_seconds = slow_seconds
        self.url = ""

    def of(self, kind: str) -> list[Log]:
        """The logs of such receivers."""
        return [log for log in self.logs if log.kind == kind]

    async def reached(self, number: int, seconds: float, kind: str = HEALTHY) -> None:
        """Returns when each receiver of a kind has accepted a number. Raises AssertionError after so long."""
        until = time.monotonic() + seconds
        while (least := min(log.last for log in self.of(kind))) < number:
            assert time.monotonic() < until, f"one has accepted {least} of {number} after {seconds} s"
            await asyncio.sleep(0.02)

    async def _take(self, request: web.Request) -> web.StreamResponse:
        came, log = time.time(), self.logs[int(request.match_info["at"])]
        event = json.loads(await request.read())
        number, sequence = event["deliverynumber"], int(event["sequence"])
        log.at_once += 1
        log.most_at_once = max(log.most_at_once, log.at_once)
        try:
            if self._slow_seconds:
                await asyncio.sleep(self._slow_seconds)
            answer = await self._answer(request, log, number)
            log.entries.append(Entry(number, sequence, answer.status, came, time.time()))
            log.last = max(log.last, number) if answer.status < 300 else log.last
            return answer
        finally:
            log.at_once -= 1

    async def _answer(self, request: web.Request, log: Log, number: int) -> web.StreamResponse:
        while log.kind == "hangs" and request.transport is not None and not request.transport.is_closing():
            await asyncio.sleep(0.05)
        if log.kind in {"drops", "garbles"} and request.transport is not None:
            if log.kind == "garbles":
                request.transport.write(b"HTTP/1.1 2OO fine\r\ncontent-length: -1\r\n\r\n")
            request.transport.close()
        if log.kind == "misses":
            return web.json_response({"expected": number + 1}, status=409)
        if log.kind == "falters":
            is_well = any((one.number, one.status) == (number, 503) for one in log.entries)
        else:
            is_well = log.kind != "tires" or number <= _TIRES_AFTER
        status = _STATUSES.get(log.kind, 204) if is_well else 503
        headers = {"location": f"{self.url}/0"} if status == 307 else {}
        return web.Response(status=status, headers=headers)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["Hall"]:
        app = web.Application()
        app.router.add_post("/{at}", self._take)
        runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0, backlog=512).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield self
        finally:
            await runner.cleanup()

"""Receivers of webhooks on one server, which note when each number came; the server can be away."""

import asyncio
import json
import time
from collections import defaultdict

from aiohttp import web

_CLOSE_SECONDS = 0.1


class Receivers:
    """`came`: by receiver the seconds (perf_counter) of each number; a number that comes again counts once."""

    def __init__(self) -> None:
        self.came: defaultdict[str, dict[int, float]] = defaultdict(dict)
        self.port = 0
        self._runner: web.AppRunner | None = None

    async def open(self) -> None:
        """Answers from here on, on the same port as before."""
        app = web.Application()
        app.router.add_post("/{name}", self._take)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=_CLOSE_SECONDS)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port, backlog=1_024).start()
        self.port = self._runner.addresses[0][1]

    async def close(self) -> None:
        """Nobody is there from here on."""
        if self._runner is not None:
            await self._runner.cleanup()

    def url(self, name: str) -> str:
        """Of one receiver."""
        return f"http://127.0.0.1:{self.port}/{name}"

    async def have(self, names: list[str], number: int, seconds: float) -> None:
        """Returns when each has a number. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not all(number in self.came[name] for name in names):
                await asyncio.sleep(0.002)

    async def _take(self, request: web.Request) -> web.Response:
        at, came = time.perf_counter(), json.loads(await request.read())
        for event in came if isinstance(came, list) else [came]:
            if "deliverynumber" in event:
                self.came[request.match_info["name"]].setdefault(event["deliverynumber"], at)
        return web.Response(status=204)

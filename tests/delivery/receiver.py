"""A receiver of webhooks: a real HTTP server that answers as it is told, and remembers what came."""

import json
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Answer = web.StreamResponse | int
Answering = Callable[[web.Request], Awaitable[Answer]]


@dataclass
class Received:
    """One request as it came."""

    headers: dict[str, str]
    body: bytes
    path: str
    at_seconds: float = field(default_factory=time.monotonic)

    @property
    def event(self) -> dict[str, Any]:
        event: dict[str, Any] = json.loads(self.body)
        return event


@dataclass
class Receiver:
    """`answers`: one after the other, the last for ever; a function may take its time, or say more."""

    answers: list[Answer | Answering] = field(default_factory=lambda: [204])
    received: list[Received] = field(default_factory=list)
    url: str = ""
    base: str = ""
    """without a path: every one is answered"""

    async def _take(self, request: web.Request) -> web.StreamResponse:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.received.append(Received(headers, await request.read(), request.path))
        answer = self.answers[0] if len(self.answers) == 1 else self.answers.pop(0)
        if callable(answer):
            answer = await answer(request)
        return web.Response(status=answer) if isinstance(answer, int) else answer

    @asynccontextmanager
    async def serving(self, context: ssl.SSLContext | None = None, port: int = 0) -> AsyncIterator["Receiver"]:
        app = web.Application()
        app.router.add_post("/{path:.*}", self._take)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", port, ssl_context=context)
        await site.start()
        host, port = runner.addresses[0][:2]
        self.base = f"{'http' if context is None else 'https'}://{host}:{port}"
        self.url = f"{self.base}/hook"
        try:
            yield self
        finally:
            await runner.cleanup()

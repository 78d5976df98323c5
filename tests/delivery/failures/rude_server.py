"""A receiver that knows no manners: a bare socket, which says what it is told to, byte by byte."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

Talk = Callable[[asyncio.StreamWriter], Awaitable[None]]
"""What comes after a request was read."""

_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)\r\n", re.IGNORECASE)


@dataclass
class Rude:
    """`requests`: how many were read whole."""

    url: str = ""
    requests: int = 0


@asynccontextmanager
async def rude_server(talk: Talk, host: str = "127.0.0.1") -> AsyncIterator[Rude]:
    """Answers each request so, until it is left."""
    rude, working = Rude(), set[asyncio.Task[Any]]()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        working.add(task)
        try:
            while not writer.is_closing():
                length = _LENGTH.search(await reader.readuntil(b"\r\n\r\n"))
                await reader.readexactly(int(length[1]) if length else 0)
                rude.requests += 1
                await talk(writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the other side, or the test, has had enough
        finally:
            working.discard(task)
            writer.transport.abort()

    server = await asyncio.start_server(serve, host, 0)
    written = f"[{host}]" if ":" in host else host
    rude.url = f"http://{written}:{server.sockets[0].getsockname()[1]}/hook"
    try:
        yield rude
    finally:
        server.close()
        for task in working:
            task.cancel()
        await asyncio.gather(*working, return_exceptions=True)


def saying(*parts: bytes, every_seconds: float = 0.0, forever: bool = False) -> Talk:
    """One part after the other; `forever`: the last one again and again, until the other side has enough."""

    async def talk(writer: asyncio.StreamWriter) -> None:
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(every_seconds)
        while forever and not writer.is_closing():
            writer.write(parts[-1])
            await writer.drain()
            await asyncio.sleep(every_seconds)

    return talk

"""Who takes nothing is given up, who takes little is kept, and who is owed nothing may be silent."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from console.peer_check import GIVEN_UP_SECONDS, PeerCheck

MUCH = 1 << 24


class Clock:
    seconds = 0.0

    def now(self) -> float:
        return self.seconds


@asynccontextmanager
async def a_line() -> AsyncIterator[tuple[asyncio.Transport, socket.socket]]:
    """What a server writes to, and its peer, which reads by hand."""
    came: asyncio.Future[asyncio.Transport] = asyncio.get_running_loop().create_future()

    async def let_in(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came.set_result(writer.transport)  # type: ignore[arg-type]  # of a socket it is one
        await asyncio.Event().wait()

    server = await asyncio.start_server(let_in, "127.0.0.1", 0)
    with socket.socket() as peer:
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        peer.connect(server.sockets[0].getsockname())
        peer.setblocking(False)
        yield await came, peer
    server.close()


def cut_off_after(written: int, goes_on: Callable[[socket.socket], None]) -> bool:
    """Whether it is, once it has been looked at for twice as long as anybody is waited for."""

    async def story() -> bool:
        clock = Clock()
        check = PeerCheck(clock=clock.now)
        async with a_line() as (transport, peer):
            transport.write(b"x" * written)
            for _ in range(2 * int(GIVEN_UP_SECONDS)):
                await asyncio.sleep(0.01)
                clock.seconds += 1
                check.look([] if transport.is_closing() else [transport])
                goes_on(peer)
            is_cut_off = transport.is_closing()
            transport.abort()
        return is_cut_off

    return asyncio.run(story())


def takes(most: int) -> Callable[[socket.socket], None]:
    def take(peer: socket.socket) -> None:
        assert peer.recv(most)

    return take


def nothing(_: socket.socket) -> None:
    """It takes nothing."""


@pytest.mark.parametrize(
    ("written", "goes_on", "is_cut_off"),
    [(MUCH, nothing, True), (MUCH, takes(8_192), False), (0, nothing, False), (100, nothing, False)],
    ids=["deaf", "slow", "owed nothing", "all of it lies in its own buffer"],
)
def test_whom_nothing_reaches_is_given_up_and_nobody_else(
    written: int, goes_on: Callable[[socket.socket], None], is_cut_off: bool
) -> None:
    assert cut_off_after(written, goes_on) == is_cut_off

"""Gives up peers that take nothing any more, also those that have vanished without a word; who is slow is kept.

The kernel's own limit (TCP_USER_TIMEOUT) would do for the vanished, but counts a small window that never opens wide as
silence: a page that takes little at a time was cut off every ten seconds, and never came to the newest.
"""

import asyncio
import fcntl
import socket
import struct
import termios
import time
from collections.abc import Callable, Iterable

GIVEN_UP_SECONDS = 10.0

_SENT = struct.Struct("=120xQ")
"""Of the kernel's `tcp_info`: how many bytes the peer has acknowledged."""


class PeerCheck:
    """Of one server, in its event loop."""

    def __init__(self, patience_seconds: float = GIVEN_UP_SECONDS, clock: Callable[[], float] = time.monotonic) -> None:
        self._patience_seconds, self._clock = patience_seconds, clock
        self._moved: dict[asyncio.Transport, tuple[int, float]] = {}

    def look(self, transports: Iterable[asyncio.Transport]) -> None:
        """To be called about once a second with all that are open; cuts off whom nothing reaches for so long."""
        now, before = self._clock(), self._moved
        self._moved = {}
        for transport in transports:
            taken = None if transport.is_closing() and not transport.get_write_buffer_size() else _taken(transport)
            if taken is None:
                continue
            known, since = before.get(transport, (-1, now))
            since = now if taken != known else since
            if now - since >= self._patience_seconds:
                transport.abort()
            else:
                self._moved[transport] = taken, since


def _taken(transport: asyncio.Transport) -> int | None:
    """How many bytes the peer has taken; None: it is owed none, or is gone."""
    line = transport.get_extra_info("socket")
    if line is None:
        return None
    try:
        on_the_way = struct.unpack("i", fcntl.ioctl(line.fileno(), termios.TIOCOUTQ, bytes(4)))[0]
        if not on_the_way and not transport.get_write_buffer_size():
            return None
        info = line.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _SENT.size)
        return None if len(info) < _SENT.size else int(_SENT.unpack(info)[0])
    except OSError:
        return None

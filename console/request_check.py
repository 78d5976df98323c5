"""Gives up who begins a request and does not come to its end: each would hold a connection for as long as they like."""

import asyncio
import time
from collections.abc import Callable, Iterable
from typing import Any, Protocol

import h11

PATIENCE_SECONDS = 30.0
_UNFINISHED = (h11.IDLE, h11.SEND_BODY)


class AnyConnection(Protocol):
    """A connection of the server's library, as far as it is looked at here."""

    conn: h11.Connection
    cycle: Any  # the library's, of the request that came last
    transport: asyncio.Transport


class RequestCheck:
    """Watches the connections of a server, in its event loop."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._since: dict[AnyConnection, tuple[object, float]] = {}

    def look(self, connections: Iterable[AnyConnection]) -> None:
        """To be called about once a second with all that are open; cuts off who owes the rest of a request so long."""
        now, before = self._clock(), self._since
        self._since = {}
        for each in connections:
            if each.conn.their_state not in _UNFINISHED:
                continue
            known, since = before.get(each, (None, now))
            since = since if known is each.cycle else now
            if now - since >= PATIENCE_SECONDS:
                each.transport.abort()
            else:
                self._since[each] = each.cycle, since

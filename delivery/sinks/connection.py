"""A connection that a thread talks over: dialled to an allowed address alone, and cut when its time is over."""

import asyncio
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from delivery.addresses import may_be_dialled, networks
from delivery.outcome import Cause, Outcome
from models.delivery.terms import Terms
from models.errors import NotAllowed


class Forbidden(Exception):
    """The address may not be dialled."""


class Unreachable(Exception):
    """Nobody is there, or the name leads nowhere."""


class Connection:
    """One connection of one try. `dial` is called by the thread, `cut` by anybody."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._socket: socket.socket | None = None
        self._is_cut = False
        self.is_connected = False
        """whether anybody may have got a byte"""

    def dial(self, host: str, port: int) -> socket.socket:
        """Connected to one of the name's addresses. Raises Forbidden, Unreachable."""
        allowed = networks(self._terms.allow)
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise Unreachable("no such name") from error
        for family, kind, protocol, _, where in found:
            if not may_be_dialled(str(where[0]), allowed):
                raise Forbidden("this address may not be dialled")
            with suppress(OSError):
                return self._connected(socket.socket(family, kind, protocol), where)
        raise Unreachable("nobody is there")

    def _connected(self, new: socket.socket, where: Any) -> socket.socket:  # Any: what getaddrinfo gives
        try:
            new.settimeout(self._terms.timeout_seconds)
            self.hold(new)
            new.connect(where)
            if self._is_cut:
                raise Unreachable("its time is over")
            self.is_connected = True
        except (OSError, Unreachable):
            new.close()
            raise
        return new

    def secure(self, plain: socket.socket, context: ssl.SSLContext, host: str) -> ssl.SSLSocket:
        """TLS from here on. Raises OSError, and then it is closed."""
        secured = context.wrap_socket(plain, server_hostname=host, do_handshake_on_connect=False)
        self.hold(secured)
        try:
            secured.do_handshake()
        except OSError:
            secured.close()
            raise
        return secured

    def hold(self, current: socket.socket) -> None:
        """It is this one that is to be cut: a socket that TLS wraps is another one."""
        self._socket = current

    def cut(self) -> None:
        """Whoever waits for it waits no more, and closes it: here its number could be another's by then."""
        self._is_cut = True
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)


async def talk(terms: Terms, talking: Callable[[Connection], Outcome]) -> Outcome:
    """One try in a thread, within the time of the terms. Raises nothing that a receiver, a network or a file causes."""
    connection, begun = Connection(terms), time.monotonic()
    try:
        async with asyncio.timeout(terms.timeout_seconds):
            outcome = await asyncio.to_thread(talking, connection)
    except NotAllowed:
        return Outcome(Cause.KEYS)
    except (Forbidden, Unreachable, OSError, ValueError) as error:  # smtplib's, ssl's and a time-out are OSErrors
        outcome = Outcome(_cause(error, connection))
    finally:
        connection.cut()
    return Outcome(outcome.cause, outcome.status, round((time.monotonic() - begun) * 1_000))


def _cause(error: Exception, connection: Connection) -> Cause:
    if isinstance(error, Forbidden):
        return Cause.ADDRESS
    if isinstance(error, Unreachable) or (isinstance(error, TimeoutError) and not connection.is_connected):
        return Cause.UNREACHABLE
    return Cause.CERTIFICATE if isinstance(error, ssl.SSLError) else Cause.NO_ANSWER

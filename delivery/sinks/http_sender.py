"""How sinks speak HTTP: one POST at a time to one subscription's address, over connections that are its own."""

import asyncio
import logging
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import aiohttp

from delivery.addresses import may_be_dialled, networks
from delivery.outcome import Cause, Outcome, answered, expected_number
from delivery.secrets import Secrets
from delivery.sinks.tls import tls_context
from models.delivery.terms import Terms
from models.errors import NotAllowed
from runtime.events import Event, happened

ANSWER_BYTES = 64 * 1024
"""What of an answer is read, so that its connection can be used again; one that says more is cut."""

_HEAD_BYTES, _HEAD_LINES = 64 * 1024, 1_000
"""Of one line, and how many: cookies and policies of who stands before a receiver are long, and no reason to repeat."""

_ANSWER_SECONDS = 1.0
_IDLE_SECONDS = 20.0
"""How long a connection is kept for the next alert; many receivers close theirs after a minute or less."""

_HEADERS = {"accept-encoding": "identity", "user-agent": f"harmwatch/{version('harmwatch')}"}

log = logging.getLogger(__name__)


class HttpSender:
    """Posts by the terms. Nothing that a receiver answers is kept, shown, or raised."""

    def __init__(self, terms: Terms, secrets: Secrets) -> None:
        self._terms, self._secrets = terms, secrets
        self._allowed = networks(terms.allow)
        self._was_refused = self._is_connected = False
        self._context: ssl.SSLContext | None = None
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Ends the connection."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Outcome:
        """One try. Raises nothing that a receiver, a network or a file could cause."""
        outcome, said, _ = await self._ask("POST", url, body, headers)
        return outcome if outcome.cause is not Cause.CONFLICT else replace(outcome, expected=expected_number(said))

    async def options(self, url: str, headers: Mapping[str, str], name: str) -> tuple[Outcome, str | None]:
        """The same without a body, and what a header of the answer says; None: there is none."""
        outcome, _, answer = await self._ask("OPTIONS", url, None, headers)
        return outcome, answer.get(name)

    async def _ask(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]
    ) -> tuple[Outcome, bytes, Mapping[str, str]]:
        """What came of it, and body and headers of the answer."""
        begun = time.monotonic()
        self._was_refused = self._is_connected = False
        try:
            session = await self._session_now()
            async with session.request(method, url, data=body, headers=headers, allow_redirects=False) as response:
                outcome = answered(response.status, response.headers, _since(begun), datetime.now(UTC))
                return outcome, await _read_or_cut(response), response.headers
        except NotAllowed:
            return Outcome(Cause.KEYS), b"", {}
        except Exception as error:  # it is the receiver's, so it stalls this subscription alone
            return Outcome(self._cause(error), None, _since(begun)), b"", {}

    async def _session_now(self) -> aiohttp.ClientSession:
        """Another one where our certificate was replaced. Raises NotAllowed, ssl.SSLError: see tls_context."""
        context = tls_context(self._terms, self._secrets)
        if self._session is None or context is not self._context:
            await self.close()
            self._session, self._context = self._new_session(context), context
        return self._session

    def _new_session(self, context: ssl.SSLContext) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            limit=1, ssl=context, use_dns_cache=False, keepalive_timeout=_IDLE_SECONDS, socket_factory=self._open
        )
        return aiohttp.ClientSession(
            connector=connector, timeout=aiohttp.ClientTimeout(total=self._terms.timeout_seconds),
            headers=_HEADERS, auto_decompress=False, trust_env=False, cookie_jar=aiohttp.DummyCookieJar(),
            trace_configs=[self._watched()],
            max_line_size=_HEAD_BYTES, max_field_size=_HEAD_BYTES, max_headers=_HEAD_LINES,
        )  # fmt: skip

    def _watched(self) -> aiohttp.TraceConfig:
        """Says whether there was a connection: before that nobody can have got anything."""

        async def connected(*_: object) -> None:
            self._is_connected = True

        traced = aiohttp.TraceConfig()
        traced.on_connection_create_end.append(connected)
        traced.on_connection_reuseconn.append(connected)
        return traced

    def _open(self, info: Any) -> socket.socket:  # Any: what getaddrinfo gives
        """The socket of a connection, of a name's address or a literal one. Raises OSError: it may not be dialled."""
        family, kind, protocol, _, where = info
        if not may_be_dialled(str(where[0]), self._allowed):
            self._was_refused = True
            raise OSError("this address may not be dialled")
        return socket.socket(family, kind, protocol)

    def _cause(self, error: Exception) -> Cause:
        if isinstance(error, aiohttp.ClientSSLError | ssl.SSLError):
            return Cause.CERTIFICATE
        if isinstance(error, TimeoutError) and not self._is_connected:
            return Cause.UNREACHABLE
        if isinstance(error, aiohttp.ClientConnectorError):
            return Cause.ADDRESS if self._was_refused else Cause.UNREACHABLE
        if not isinstance(error, aiohttp.ClientError | OSError):
            facts = happened(Event.ODD_ANSWER, subscription=self._terms.id)
            log.warning(
                "%s: a request ended with %s", self._terms.id, type(error).__name__, extra=facts
            )  # no text of it
        return Cause.NO_ANSWER


async def _read_or_cut(response: aiohttp.ClientResponse) -> bytes:
    """The status has said everything, but for the number that a receiver misses."""
    said, size = b"", 0
    try:
        async with asyncio.timeout(_ANSWER_SECONDS):
            while size < ANSWER_BYTES and (part := await response.content.read(ANSWER_BYTES - size)):
                said, size = said + part, size + len(part)
    except Exception:  # whatever it is, it is not about the number
        size = ANSWER_BYTES
    if size >= ANSWER_BYTES:
        response.close()
    return said


def _since(begun: float) -> int:
    return round((time.monotonic() - begun) * 1_000)

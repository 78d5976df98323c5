"""Answers a scrape with what a registry holds, at an address of this machine or a socket in a folder."""

import logging
import os
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import TCPServer, ThreadingMixIn, UnixStreamServer
from typing import Any

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

from models.errors import PreconditionFailed
from runtime.events import Event, happened
from runtime.metrics.address import Address
from runtime.metrics.meters import Gauges, Sample
from runtime.metrics.scrape_tls import TlsContextSource

_PATIENCE_SECONDS = 5.0
"""For a client to say what it wants, and to take the answer."""

_SAY_AGAIN_SECONDS = 30.0
_AT_ONCE = 4
"""Scrapes; a client that comes while so many are under way is sent away."""

log = logging.getLogger(__name__)


class _Answer(BaseHTTPRequestHandler):
    """`GET /metrics`; nothing else is there."""

    timeout = _PATIENCE_SECONDS
    registry: CollectorRegistry

    def do_GET(self) -> None:
        """The registry as text."""
        if self.path.partition("?")[0] not in {"/metrics", "/"}:
            self.send_error(404)
            return
        encode, kind = choose_encoder(self.headers.get("Accept", ""))
        body = encode(self.registry)
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """A line for each scrape would drown the log."""

    def address_string(self) -> str:
        """Of a Unix socket there is none."""
        return "scrape"


class _Few(ThreadingMixIn):
    """A thread for each scrape, and only so many at once."""

    daemon_threads = True
    block_on_close = False
    tls: TlsContextSource | None = None
    _say_at = 0.0

    def __init__(self, *arguments: Any, **options: Any) -> None:  # Any: the library's
        self._room = threading.BoundedSemaphore(_AT_ONCE)
        super().__init__(*arguments, **options)

    def verify_request(self, _request: object, _client_address: object) -> bool:
        """Whether there is room for one more."""
        return self._room.acquire(blocking=False)

    def finish_request(self, request: Any, client_address: Any) -> None:  # Any: the library's
        """In the thread of the scrape: nobody else waits for a handshake."""
        if self.tls is None:
            super().finish_request(request, client_address)  # type: ignore[misc]  # of the server that this is mixed into
            return
        request.settimeout(_PATIENCE_SECONDS)
        with self.tls.fresh().wrap_socket(request, server_side=True) as inside:
            super().finish_request(inside, client_address)  # type: ignore[misc]  # the same

    def process_request_thread(self, request: Any, client_address: Any) -> None:  # Any: the library's
        """One scrape."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._room.release()

    def handle_error(self, _request: object, _client_address: object) -> None:
        """The client has gone away. Any other error is logged, and seldom again."""
        error, now = sys.exception(), time.monotonic()
        if error is None or isinstance(error, OSError) or now < self._say_at:
            return
        self._say_at = now + _SAY_AGAIN_SECONDS
        text = "a scrape is not answered: %s: %s"
        log.error(text, type(error).__name__, error, exc_info=error, extra=happened(Event.NOT_TOLD))


class _Tcp(_Few, TCPServer):
    allow_reuse_address = True


class _Tcp6(_Tcp):
    address_family = socket.AF_INET6


class _Unix(_Few, UnixStreamServer):
    pass


@contextmanager
def serving(address: Address | None, registry: CollectorRegistry) -> Iterator[None]:
    """Answers at `address` for as long as the block; None: none is wanted.

    Raises PreconditionFailed where it cannot be had.
    """
    if address is None:
        yield
        return
    try:
        tls = None if address.tls is None else TlsContextSource(address.tls)
        server = _server(address, type("Answer", (_Answer,), {"registry": registry}))
        server.tls = tls
    except OSError as error:
        raise PreconditionFailed(f"HARMWATCH_METRICS: {address} cannot be had: {error}") from error
    threading.Thread(target=server.serve_forever, args=(0.1,), name="metrics", daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        if address.socket is not None:
            address.socket.unlink(missing_ok=True)


@contextmanager
def serving_gauges(address: Address | None, board: str, look: Callable[[], Iterable[Sample]]) -> Iterator[None]:
    """The same of nothing but what `look` finds at each scrape."""
    registry = CollectorRegistry()
    registry.register(Gauges(board, look))
    with serving(address, registry):
        yield


def _server(address: Address, answer: type[_Answer]) -> _Tcp | _Unix:
    if address.socket is not None:
        _clear(address.socket)
        before = os.umask(0o117)  # owner and group: the scraper is in the group
        try:
            return _Unix(str(address.socket), answer)
        finally:
            os.umask(before)
    kind = _Tcp6 if ":" in address.host else _Tcp
    return kind((address.host, address.port), answer)


def _clear(file: Path) -> None:
    """A socket that a killed process has left behind; one that answers is in use."""
    if not file.is_socket():
        return
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(_PATIENCE_SECONDS)
        try:
            probe.connect(str(file))
        except (ConnectionRefusedError, FileNotFoundError):  # one that only does not answer is in use
            file.unlink(missing_ok=True)
        except OSError:
            return

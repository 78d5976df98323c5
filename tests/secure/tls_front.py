"""TLS in front of a server that speaks none, as a managed Redis has it: what comes in is handed on."""

import contextlib
import selectors
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

_CHUNK_BYTES = 64 * 1024


class Front:
    """One port; its certificate may be replaced, and its connections cut, while it works."""

    def __init__(self, target: int, certificate: Path, key: Path, clients: Path | None) -> None:
        self._target = target
        self._files, self._clients = (certificate, key), clients
        self._lines: set[socket.socket] = set()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def show(self, certificate: Path, key: Path) -> None:
        """To who comes from here on."""
        self._files = certificate, key

    def cut(self) -> None:
        """Ends every connection."""
        for line in list(self._lines):
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Takes nobody any more."""
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self.cut()

    def _listen(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                line, _ = self._listening.accept()
                threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def _serve(self, line: socket.socket) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self._files)
        if self._clients is not None:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(self._clients)
        with closing(line), contextlib.suppress(OSError):
            with (
                context.wrap_socket(line, server_side=True) as inside,
                socket.create_connection(("127.0.0.1", self._target)) as outside,
            ):
                self._lines |= {inside, outside}
                _hand_on(inside, outside)
            self._lines -= {inside, outside}


def _hand_on(inside: ssl.SSLSocket, outside: socket.socket) -> None:
    with selectors.DefaultSelector() as ready:
        ready.register(inside, selectors.EVENT_READ, outside)
        ready.register(outside, selectors.EVENT_READ, inside)
        while True:
            for key, _ in ready.select():
                source: socket.socket = key.fileobj  # type: ignore[assignment]  # as registered
                while True:
                    data = source.recv(_CHUNK_BYTES)
                    if not data:
                        return
                    key.data.sendall(data)
                    if not (isinstance(source, ssl.SSLSocket) and source.pending()):
                        break


@contextmanager
def tls_front(target: int, certificate: Path, key: Path, clients: Path | None = None) -> Iterator[Front]:
    """For as long as the block; `clients`: a CA of whom each client has to show a certificate."""
    front = Front(target, certificate, key, clients)
    try:
        yield front
    finally:
        front.close()

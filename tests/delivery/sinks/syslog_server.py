"""A syslog server over TLS, as RFC 5425 has it: it reads frames until the sender has closed its end."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.secure.certificates import Authority


class SyslogServer:
    """`frames`: what came, a message each. `ends`: how it ends a connection that was read."""

    def __init__(self, folder: Path, ends: str = "politely") -> None:
        self.authority, self.ends, self.frames = Authority(folder), ends, list[bytes]()
        self._context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._context.load_cert_chain(*self.authority.issue("syslog"))
        self._over = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"tls://127.0.0.1:{self._listener.getsockname()[1]}"

    @contextmanager
    def serving(self) -> Iterator["SyslogServer"]:
        thread = threading.Thread(target=self._serve)
        thread.start()
        try:
            yield self
        finally:
            self._over.set()
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            thread.join(10)

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                plain, _ = self._listener.accept()
                with suppress(OSError):
                    self._take(plain)

    def _take(self, plain: socket.socket) -> None:
        plain.settimeout(10)
        if self.ends == "before TLS":
            plain.close()
            return
        with self._context.wrap_socket(plain, server_side=True) as secured:
            got = secured.recv(65_536)
            while got:
                length, _, rest = got.partition(b" ")
                if len(rest) >= int(length):
                    self.frames.append(rest[: int(length)])
                    break
                got += secured.recv(65_536)
            secured.recv(1)  # the sender's word that it is done
            if self.ends == "never":
                self._over.wait(10)
            elif self.ends == "politely":
                secured.unwrap()

"""Many open pages as raw readers of the stream, in a process of their own: when each of them read which news.

`python -m bench.desk.readers HOST:PORT PATH SLOW` with one cookie a line on its standard input, then an empty line.
All connect at once. It prints {"open_seconds": of each} when every one has its whole table, and then for each further
line {"read": {news: [instants]}, "open": how many are}; the first `SLOW` read 4 KiB a second.
"""

import contextlib
import json
import re
import selectors
import socket
import sys
import time
from collections import defaultdict
from dataclasses import dataclass, field

_NEWS = re.compile(rb'"who":"(new-\d{9})"|"id":"([^"]+)","address":"[^"]*","kind":"owned"')
"""Who is on the list, and which stay is in hand."""

_WHOLE = b'"whole":true'
_LONGEST_NEWS = 512
_CHUNK = 1 << 18
_SLOW_BYTES, _SLOW_SECONDS, _SLOW_BUFFER = 1_024, 0.25, 4_096


@dataclass(slots=True)
class Reader:
    """One page; `tail` is what may be the beginning of news."""

    line: socket.socket
    is_slow: bool
    open_seconds: float | None = None
    is_open: bool = True
    tail: bytes = b""
    known: set[bytes] = field(default_factory=set)


class Readers:
    """All of them, in one thread."""

    def __init__(self, address: str, path: str, cookies: list[str], slow: int) -> None:
        self._host, _, port = address.rpartition(":")
        self._port, self._path = int(port), path
        self._begun_at = time.time()
        self._slow_at = 0.0
        self.read: dict[str, list[float]] = defaultdict(list)
        self._ready = selectors.DefaultSelector()
        self.all = [self._open(cookie, is_slow=number < slow) for number, cookie in enumerate(cookies)]
        for reader in self.all:
            if not reader.is_slow:
                self._ready.register(reader.line, selectors.EVENT_READ, reader)

    def _open(self, cookie: str, *, is_slow: bool) -> Reader:
        line = socket.socket()
        if is_slow:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _SLOW_BUFFER)
        line.connect((self._host, self._port))
        asked = f"GET {self._path} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\nCookie: {cookie}\r\n\r\n"
        line.sendall(asked.encode())
        line.setblocking(False)
        return Reader(line, is_slow)

    def go_on(self, seconds: float) -> None:
        """Reads what is there, for so long."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            for key, _ in self._ready.select(min(left, _SLOW_SECONDS)):
                self._take(key.data, _CHUNK)
            if time.monotonic() >= self._slow_at:
                self._slow_at = time.monotonic() + _SLOW_SECONDS
                for reader in self.all:
                    if reader.is_slow and reader.is_open:
                        self._take(reader, _SLOW_BYTES)

    def _take(self, reader: Reader, most: int) -> None:
        with contextlib.suppress(BlockingIOError):
            try:
                came = reader.line.recv(most)
            except ConnectionError:
                came = b""
            if came:
                self._look(reader, came)
                return
            reader.is_open = False
            if not reader.is_slow:
                self._ready.unregister(reader.line)
            reader.line.close()

    def _look(self, reader: Reader, came: bytes) -> None:
        now, told = time.time(), reader.tail + came
        reader.tail = told[-_LONGEST_NEWS:]
        if reader.open_seconds is None and _WHOLE in told:
            reader.open_seconds = now - self._begun_at
        for who, stay in _NEWS.findall(told):
            news = who or stay
            if news not in reader.known:
                reader.known.add(news)
                if not reader.is_slow:
                    self.read[news.decode()].append(now)


def main() -> None:
    """Until its standard input ends."""
    address, path, slow = sys.argv[1], sys.argv[2], int(sys.argv[3])
    cookies = [line.strip() for line in iter(sys.stdin.readline, "\n")]
    readers = Readers(address, path, cookies, slow)
    quick = [reader for reader in readers.all if not reader.is_slow]
    while any(reader.open_seconds is None and reader.is_open for reader in quick):
        readers.go_on(0.05)
    _say({"open_seconds": [reader.open_seconds for reader in quick if reader.open_seconds is not None]})
    asked = selectors.DefaultSelector()
    asked.register(sys.stdin, selectors.EVENT_READ)
    while True:
        readers.go_on(0.1)
        if asked.select(0):
            if not sys.stdin.readline():
                return
            _say({"read": readers.read, "open": sum(reader.is_open for reader in readers.all)})


def _say(document: object) -> None:
    sys.stdout.write(json.dumps(document) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

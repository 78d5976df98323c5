"""The few words of Kafka's protocol that are spoken before a client is let in."""

import socket
import ssl
import struct

API_VERSIONS, HANDSHAKE, SASL = 18, 17, 36
_LONGEST_ANSWER_BYTES = 1024 * 1024

Line = socket.socket | ssl.SSLSocket


def ask(line: Line, key: int, version: int, body: bytes = b"") -> bytes:
    """The body of the answer to a request. Raises OSError."""
    request = struct.pack(">hhih", key, version, 1, 9) + b"harmwatch" + body
    line.sendall(packed(request))
    (size,) = struct.unpack(">i", _read(line, 4))
    if not 4 < size <= _LONGEST_ANSWER_BYTES:
        raise ConnectionError("what came back is not Kafka's protocol")
    return _read(line, size)[4:]


def _read(line: Line, size: int) -> bytes:
    found = b""
    while len(found) < size:
        part = line.recv(size - len(found))
        if not part:
            raise ConnectionError("the connection was closed")
        found += part
    return found


def text(words: str) -> bytes:
    """A string of a request."""
    return struct.pack(">h", len(words)) + words.encode()


def packed(words: bytes) -> bytes:
    """Bytes of a request."""
    return struct.pack(">i", len(words)) + words


def logins(answer: bytes) -> tuple[int, str]:
    """Of a handshake: the error, and the mechanisms that are offered."""
    code, count = struct.unpack_from(">hi", answer)
    found, rest = [], answer[6:]
    for _ in range(count):
        (size,) = struct.unpack_from(">h", rest)
        found.append(rest[2 : 2 + size].decode())
        rest = rest[2 + size :]
    return code, ", ".join(sorted(found))


def outcome(answer: bytes) -> tuple[int, str, bytes]:
    """Of a step of a login: the error, what is said of it, and the other side's words."""
    code, size = struct.unpack_from(">hh", answer)
    behind = 4 + max(0, size)
    (length,) = struct.unpack_from(">i", answer, behind)
    return code, answer[4:behind].decode(), answer[behind + 4 : behind + 4 + max(0, length)]

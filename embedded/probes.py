"""Whether a server answers, asked in its own protocol."""

import socket
import struct

from embedded.ports import LOOPBACK

ANSWER_TIMEOUT_SECONDS = 2.0
METADATA = struct.pack(">hhih9si", 3, 1, 1, 9, b"harmwatch", 0)  # Metadata version 1, about no topic
METADATA_REQUEST = struct.pack(">i", len(METADATA)) + METADATA


def kafka_answers(port: int) -> bool:
    """Whether the broker names at least one broker (itself), that is, whether topics can be created."""
    # Size, correlation id and the number of brokers are four bytes each.
    answer = _ask(port, METADATA_REQUEST, 12)
    return len(answer) == 12 and struct.unpack(">iii", answer)[2] > 0


def valkey_answers(port: int) -> bool:
    """Whether the server has loaded its data (before that it answers -LOADING)."""
    return _ask(port, b"PING\r\n", 7) == b"+PONG\r\n"


def _ask(port: int, question: bytes, length: int) -> bytes:
    """The first `length` bytes of the answer; fewer if there is none."""
    answer = b""
    try:
        with socket.create_connection((LOOPBACK, port), ANSWER_TIMEOUT_SECONDS) as connection:
            connection.sendall(question)
            while len(answer) < length and (chunk := connection.recv(length - len(answer))):
                answer += chunk
    except OSError:
        return b""  # not there yet, which is the answer
    return answer

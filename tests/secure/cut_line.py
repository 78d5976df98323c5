"""A line to a broker that breaks in the middle of a conversation."""

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager


@contextmanager
def line_cut_after(port: int, answers: int, *, hangs: bool) -> Iterator[str]:
    """The address of a line to `port` over which so many answers come; then it is cut, or nothing comes any more."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            with contextlib.suppress(OSError):
                line, _ = listening.accept()
                with closing(line), socket.create_connection(("127.0.0.1", port)) as broker:
                    for _ in range(answers):
                        broker.sendall(_frame(line))
                        line.sendall(_frame(broker))
                    _frame(line)
                    if hangs:
                        over.wait()

        serving = threading.Thread(target=serve, daemon=True)
        serving.start()
        try:
            yield f"127.0.0.1:{listening.getsockname()[1]}"
        finally:
            over.set()
            serving.join()


def _frame(line: socket.socket) -> bytes:
    head = line.recv(4, socket.MSG_WAITALL)
    (size,) = struct.unpack(">i", head) if head else (0,)
    return head + line.recv(size, socket.MSG_WAITALL)

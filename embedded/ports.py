"""A free port on the loopback interface which no other process gets."""

import socket
import sys

from models.errors import PreconditionFailed

LOOPBACK = "127.0.0.1"


class ReservedPort:
    """A port that stays ours from now until `release`, also while the server that listens on it is down.

    On Linux a socket stays bound to it without listening. A server that sets SO_REUSEADDR (the JVM and Valkey
    do) can still listen there, while the kernel gives the port to no other process; in particular, no client that
    tries to reach the stopped server can be connected to itself. Elsewhere the port is likely to be free.
    """

    def __init__(self) -> None:
        """Reserve a port; `number` says which. Raises PreconditionFailed if there is none."""
        try:
            self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            self._socket.bind((LOOPBACK, 0))
        except OSError as error:
            raise PreconditionFailed(f"There is no port to be had on {LOOPBACK}: {error.strerror}.") from error
        self.number: int = self._socket.getsockname()[1]
        # After the bind: with the option set before, the kernel may give one port to two such sockets.
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if sys.platform != "linux":
            self._socket.close()

    def release(self) -> None:
        """Give the port back."""
        self._socket.close()

"""The sign-ins of the console in Redis: what an officer holds in hand is a secret, here lies its digest alone."""

import threading
from typing import Any

import redis

from models.access.redis_access import Access
from models.errors import Unavailable
from state.connection import connect, store_errors
from state.keys import Keys

_PATIENCE_SECONDS = 2.0
"""Somebody waits for a page: an outage is said soon."""


class SignIns:
    """Digest of a secret -> what the console knows of it, over a connection that is opened again after a failure.

    Nothing of a board hangs on it, so that another Redis behind the same address only means to sign in again.
    Safe to share between threads. Every method raises Unavailable.
    """

    def __init__(self, access: Access, prefix: str, board: str) -> None:
        self._access, self._key = access, Keys(prefix, board)["sign_ins"]
        self._lock = threading.Lock()
        self._client: redis.Redis | None = None

    def find(self, digest: str) -> bytes | None:
        """What is kept under it; None: nothing."""
        found: bytes | None = self._ask("HGET", digest)
        return found

    def keep(self, digest: str, value: bytes) -> None:
        """From here on it is found."""
        self._ask("HSET", digest, value)

    def remove(self, *digests: str) -> int:
        """How many of them there were."""
        removed: int = self._ask("HDEL", *digests) if digests else 0
        return removed

    def all(self) -> dict[str, bytes]:
        """Every one of them."""
        found: dict[bytes, bytes] = self._ask("HGETALL")
        return {digest.decode(): value for digest, value in found.items()}

    def close(self) -> None:
        """Ends the connection."""
        with self._lock:
            self._end()

    def _ask(self, command: str, *arguments: str | bytes) -> Any:  # Any: the client's
        with self._lock:
            try:
                if self._client is None:
                    self._client = connect(self._access, _PATIENCE_SECONDS)
                with store_errors():
                    return self._client.execute_command(command, self._key, *arguments)
            except Unavailable:
                self._end()
                raise

    def _end(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None

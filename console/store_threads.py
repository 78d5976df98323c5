"""Threads for what asks others: a store, key store or broker that hangs takes these, and none that a sign-in needs."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from models.errors import Unavailable

Answer = TypeVar("Answer")
_THREADS = 4


class StoreThreads:
    """The threads of a console that ask a store.

    Who waits longer than `patience_seconds` is answered without, and holds no place any more.
    """

    def __init__(
        self, patience_seconds: float = 5.0, threads: int = _THREADS, whom: str = "the store, or the key store,"
    ) -> None:
        self._patience, self._whom = patience_seconds, whom
        self._threads = ThreadPoolExecutor(threads, "store")
        self.waiting = 0
        """how many wait for an answer"""

    async def ask(self, asked: Callable[..., Answer], *arguments: object) -> Answer:
        """What it answers. Raises Unavailable where it does not in time, and what it raises."""
        future = self._threads.submit(asked, *arguments)
        self.waiting += 1
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), self._patience)
        except TimeoutError:
            raise Unavailable(f"{self._whom} has not answered for {self._patience:.0f} s") from None
        finally:
            self.waiting -= 1

    def close(self) -> None:
        """Whatever still waits for a thread is not asked any more."""
        self._threads.shutdown(wait=False, cancel_futures=True)

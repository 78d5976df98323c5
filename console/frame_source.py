"""The newest frame of a page, and who waits for another: a page that is slow misses frames, and holds nobody up."""

import asyncio
import contextlib
from abc import ABC, abstractmethod
from collections import Counter
from typing import Protocol

from console.freshness import Freshness
from console.officer import Officer


class AnyFrame(Protocol):
    """What every page shows that shows the same."""

    @property
    def number(self) -> int:
        """It counts up."""

    @property
    def whole(self) -> bytes:
        """The event for a page that knows nothing yet, or has missed frames."""

    @property
    def change(self) -> bytes:
        """For a page that shows the frame before."""


class FrameSource(ABC):
    """Frames are made in any thread, one after the other; pages wait in the event loop."""

    is_of_board = False
    """Whether it names those on the board alone; else it can name people before the board was seen."""

    def __init__(self) -> None:
        self.is_ending = False
        self.open_streams = Counter[str]()
        """of each officer, by name"""

        self._loop: asyncio.AbstractEventLoop | None = None
        self._news = asyncio.Event()

    @property
    @abstractmethod
    def frame(self) -> AnyFrame:
        """The newest one."""

    def frame_for(self, officer: Officer) -> AnyFrame:  # noqa: ARG002  (most show everybody the same)
        """The same, as an officer may see it."""
        return self.frame

    @abstractmethod
    def fresh(self) -> Freshness:
        """How fresh it is at this moment."""

    def use_loop(self) -> None:
        """Pages wait in the event loop that runs now."""
        self._loop, self._news = asyncio.get_running_loop(), asyncio.Event()

    async def wait_for_news(self, known: int, seconds: float) -> None:
        """Until there is a frame behind number `known`, or for so long."""
        news = self._news
        if self.frame.number == known and not self.is_ending:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(news.wait(), seconds)

    def end(self) -> None:
        """Every stream says goodbye; called in the event loop."""
        self.is_ending = True
        self._wake()

    def _say_there_is_another(self) -> None:
        """Called in any thread, with the frame in its place."""
        with contextlib.suppress(RuntimeError):  # the loop has ended: nobody waits any more
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        """Whoever waits holds on to the event of its own wait, so that nobody misses it."""
        self._news.set()
        self._news = asyncio.Event()

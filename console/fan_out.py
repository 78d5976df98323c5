"""The newest frame, and who waits for another: a page that is slow misses frames, and holds nobody up."""

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable

from console.board_text import BoardText, Wording
from console.frames import Frame
from console.freshness import Fresh, fresh_of
from console.shift import Shifts, why_unfit
from sight.poller import BoardView


class FanOut:
    """Makes a frame of each view that shows something else, in the thread that looks; pages wait in the event loop."""

    def __init__(self, wording: Wording, policy_digest: str, first: BoardView) -> None:
        self.wording = wording
        self.shifts = Shifts()
        self.is_ending = False
        self.open_streams = 0
        self._policy_digest = policy_digest
        self._view = first
        self._lock = threading.Lock()
        self._frame = Frame(1, wording.board(first, self.shifts.current), None)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._news = asyncio.Event()

    @property
    def frame(self) -> Frame:
        """The newest one."""
        return self._frame

    @property
    def view(self) -> BoardView:
        """What the newest look has seen."""
        return self._view

    def fresh(self) -> Fresh:
        """How fresh it is at this moment."""
        return fresh_of(self._view, time.monotonic(), self.wording, self._policy_digest)

    def use_loop(self) -> None:
        """Pages wait in the event loop that runs now."""
        self._loop, self._news = asyncio.get_running_loop(), asyncio.Event()

    def show(self, view: BoardView) -> None:
        """From here on pages show this view; called in any thread."""
        with self._lock:
            self._view = view
            whole = () if why_unfit(view, time.monotonic()) else view.rows
            self._remake(self.wording.board(view, self.shifts.seen(whole)))

    def begin_shift(self) -> str:
        """Movement counts from here on; called in any thread. Answers why it does not, empty where it does."""
        with self._lock:
            why = why_unfit(self._view, time.monotonic())
            if not why:
                self.shifts.begin(self._view.rows)
                self._remake(self.wording.board(self._view, self.shifts.current))
            return why

    async def wait_for_news(self, known: int, seconds: float) -> None:
        """Until there is a frame behind number `known`, or for so long."""
        news = self._news
        if self._frame.number == known and not self.is_ending:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(news.wait(), seconds)

    def end(self) -> None:
        """Every stream says goodbye; called in the event loop."""
        self.is_ending = True
        self._wake()

    def _remake(self, text: BoardText) -> None:
        before = self._frame
        if text == before.text:
            return
        self._frame = Frame(before.number + 1, text, before.text)
        self._call(self._wake)

    def _call(self, what: Callable[[], None]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended: nobody waits any more
            if self._loop is not None:
                self._loop.call_soon_threadsafe(what)

    def _wake(self) -> None:
        """Whoever waits holds on to the event of its own wait, so that nobody misses it."""
        self._news.set()
        self._news = asyncio.Event()

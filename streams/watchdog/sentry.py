"""Looks from a thread of its own whether event loops turn: from inside of one that cannot be seen."""

import asyncio
import logging
import sys
import threading
import traceback
from collections.abc import Callable

from models.errors import Deaf
from runtime.events import Event, happened
from streams.limits import Limits
from streams.watchdog.count import Count

_LAST_WORDS_SECONDS = 1.0
log = logging.getLogger(__name__)


class _Turns:
    """Of one loop: whether what was put before it at a look was done by the next."""

    def __init__(self, name: str, loop: asyncio.AbstractEventLoop, looks: int) -> None:
        self.name = name
        self.thread_id: int | None = None
        self.turns = True
        self._loop = loop
        self._turned = True
        self._still = Count(looks)

    def look(self) -> bool:
        """Whether it has not turned for long."""
        self.turns = self._turned
        too_long = self._still.look(not self._turned)
        if self._turned and self._loop.is_running():
            self._turned = False
            self._loop.call_soon_threadsafe(self._turn)
        return too_long

    def _turn(self) -> None:
        self._turned, self.thread_id = True, threading.get_ident()


class Sentry:
    """Calls `end` with the reason, from its own thread, when a loop has not turned for as many looks as it is given.

    While all of them turn, each look is a `beat`.
    """

    def __init__(self, limits: Limits, end: Callable[[Deaf], None], beat: Callable[[], None]) -> None:
        self._limits = limits
        self._end = end
        self._beat = beat
        self._posts: list[_Turns] = []
        self._over = threading.Event()
        threading.Thread(target=self._stand, name="sentry", daemon=True).start()

    def look_at(self, name: str, loop: asyncio.AbstractEventLoop) -> None:
        """From here on at this loop, too."""
        self._posts.append(_Turns(name, loop, self._limits.looks))

    def stop(self) -> None:
        """Looks at nothing any more."""
        self._over.set()

    def _stand(self) -> None:
        while not self._over.wait(self._limits.look_seconds):
            for post in list(self._posts):
                if post.look():
                    self._report(post)
                    return
            if all(post.turns for post in self._posts):
                self._beat()

    def _report(self, post: _Turns) -> None:
        """What keeps the loop from turning may also hold the log: it is given a moment, not more."""
        reason = Deaf(f"the event loop of {post.name} does not turn any more: nothing would be read or applied")
        frame = sys._current_frames().get(post.thread_id or 0)
        stack = "".join(traceback.format_stack(frame)) if frame is not None else "nobody knows where"
        facts = {"extra": happened(Event.DEAF)}
        words = "%s; it stands here:\n%s", reason, stack
        telling = threading.Thread(target=log.error, args=words, kwargs=facts, daemon=True)
        telling.start()
        telling.join(_LAST_WORDS_SECONDS)
        self._end(reason)

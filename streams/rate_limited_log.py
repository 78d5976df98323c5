"""What goes on for long is logged once, and then seldom. Unlike a wait (streams/waits.py) it holds nobody up."""

import logging
import time

from runtime.events import Event, happened
from streams.waits import SAY_AGAIN_SECONDS


class RateLimitedLog:
    """Says one thing again and again to `log`, as often as anybody wants to read it."""

    def __init__(self, log: logging.Logger, event: Event, level: int = logging.WARNING) -> None:
        self._log = log
        self._event = event
        self._level = level
        self._again_at = 0.0

    def say(self, text: str) -> None:
        """Says it, unless it was said a moment ago."""
        now = time.monotonic()
        if now >= self._again_at:
            self._again_at = now + SAY_AGAIN_SECONDS
            self._log.log(self._level, "%s", text, extra=happened(self._event))

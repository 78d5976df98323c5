"""What goes on for long is said once, and then seldom."""

import logging
import time

from runtime.events import Event, happened

_RETRY_SECONDS = 30.0


class RepeatFilter:
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
            self._again_at = now + _RETRY_SECONDS
            self._log.log(self._level, "%s", text, extra=happened(self._event))

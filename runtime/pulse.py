"""A worker's pulse: a file that it touches while it turns, for a health check on the same machine.

What it works on may be away or closed: then it waits, and its pulse goes on. A board that stands still is no reason to
kill a worker that stands by.
"""

import logging
import time
from pathlib import Path

from runtime.events import Event, happened

log = logging.getLogger(__name__)


# A worker that is deaf ends by itself; a health check that judged the board would kill the standby (decision 0013).
class Pulse:
    """The pulse in `file`; None: none is wanted."""

    def __init__(self, file: Path | None) -> None:
        self._file = file

    def beat(self) -> None:
        """The worker turns. A file that cannot be written is said once, and not tried again."""
        if self._file is None:
            return
        try:
            self._file.touch()
        except OSError as error:
            text = "no pulse in %s (HARMWATCH_PULSE): %s"
            log.warning(text, self._file, error.strerror, extra=happened(Event.NO_PULSE))
            self._file = None


def silent_seconds(file: Path) -> float | None:
    """Since the last beat; None: there was none."""
    try:
        return time.time() - file.stat().st_mtime
    except FileNotFoundError:
        return None

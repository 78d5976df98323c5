"""Logs: one line each, on standard error; standard output belongs to data."""

import logging
import sys
import time
from collections.abc import Callable

from runtime.events import Event, happened
from runtime.log_lines import JsonLine, TextLine

_QUIET = {
    "aiokafka": logging.WARNING, "aiokafka.producer": logging.CRITICAL, "kafka": logging.CRITICAL,
    "faust": logging.WARNING, "mode": logging.WARNING, "uvicorn": logging.WARNING, "opentelemetry": logging.WARNING,
}  # fmt: skip
"""What kafka-python and a producer have to report they also raise, and then we say it."""

AGAIN_SECONDS = 60.0
_TRIED_AGAIN = "aiokafka"
_SELDOM = (_TRIED_AGAIN, "faust", "mode", "opentelemetry")
log = logging.getLogger(__name__)


class RepeatFilter(logging.Filter):
    """Lets pass what a library says once, and then not before a while: an outage is the same lines ten times a second.

    What Kafka's client calls an error it tries again by itself, unless it has a traceback: that is a warning. Where it
    lasts, we say so.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._passed: dict[tuple[str, str], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a line goes out; those of our own all do."""
        room = record.name.partition(".")[0]
        if room not in _SELDOM:
            return True
        if room == _TRIED_AGAIN and record.levelno == logging.ERROR and not record.exc_info:
            record.levelno, record.levelname = logging.WARNING, logging.getLevelName(logging.WARNING)
        now, said = self._clock(), (record.name, str(record.msg))
        if now - self._passed.get(said, -AGAIN_SECONDS) < AGAIN_SECONDS:
            return False
        self._passed[said] = now
        return True


def log_to_stderr(level: int = logging.INFO, line: logging.Formatter | None = None) -> None:
    """Sets up the process's logs; libraries speak up only when something is wrong, and seldom."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(line or TextLine())
    handler.addFilter(RepeatFilter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name, loudness in _QUIET.items():
        logging.getLogger(name).setLevel(max(level, loudness))


def tell_failure(error: Exception) -> bool:
    """Says in the form of the log why a command ends; False where people read it, and a plain line is better."""
    if not any(isinstance(handler.formatter, JsonLine) for handler in logging.getLogger().handlers):
        return False
    log.error("%s", error, extra=happened(Event.FAILED))
    return True

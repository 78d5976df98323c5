"""What a line of the log looks like: for a person, or for a machine that searches thousands of them."""

import json
import logging
from datetime import UTC, datetime

from runtime.events import Event


def _instant(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


class TextLine(logging.Formatter):
    """One line, a traceback below it; the time is UTC and says so."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatTime(self, record: logging.LogRecord, _datefmt: str | None = None) -> str:  # noqa: N802  (logging's)
        """With its zone."""
        return _instant(record)


class JsonLine(logging.Formatter):
    """One JSON object, whatever the message holds: time, level, event, board, message, logger, then the facts."""

    def __init__(self, board: str) -> None:
        super().__init__()
        self._board = board

    def format(self, record: logging.LogRecord) -> str:
        """The object; a traceback is one of its texts."""
        line = {
            "time": _instant(record),
            "level": record.levelname.lower(),
            "event": getattr(record, "event", Event.LIBRARY),
            "board": self._board,
            "message": record.getMessage(),
            "logger": record.name,
        }
        facts = {name: fact for name, fact in getattr(record, "facts", {}).items() if fact is not None}
        if record.exc_info:
            facts["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line | facts | line, default=str)  # the line's own come first, and are the ones that count

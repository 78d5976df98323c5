"""The log of a service, in the form and from the level on that its settings ask for."""

import logging

from runtime.log_lines import JsonLine
from runtime.logs import log_to_stderr
from runtime.settings import LogForm, Settings


def log_as(settings: Settings) -> None:
    """From here on this process's log is written so."""
    line = JsonLine(settings.board) if settings.log is LogForm.JSON else None
    log_to_stderr(logging.getLevelNamesMapping()[settings.log_level.upper()], line)

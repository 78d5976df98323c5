"""Logs: one line each, on standard error; standard output belongs to data."""

import logging
import sys

_QUIET = ("kafka", "aiokafka", "faust", "mode")


def log_to_stderr(level: int = logging.INFO) -> None:
    """Sets up the process's logs; libraries speak from warnings on."""
    logging.basicConfig(
        stream=sys.stderr, level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s", force=True
    )
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)

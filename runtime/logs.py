"""Logs: one line each, on standard error; standard output belongs to data."""

import logging
import sys

_QUIET = {"aiokafka": logging.WARNING, "faust": logging.WARNING, "mode": logging.WARNING, "kafka": logging.CRITICAL}
"""What kafka-python has to report it also raises, and then we say it."""


def log_to_stderr(level: int = logging.INFO) -> None:
    """Sets up the process's logs; libraries speak up only when something is wrong."""
    logging.basicConfig(
        stream=sys.stderr, level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s", force=True
    )
    for name, loudness in _QUIET.items():
        logging.getLogger(name).setLevel(loudness)

"""Logs: one line each, on standard error; standard output belongs to data."""

import logging
import sys

_QUIET = {
    "aiokafka": logging.WARNING, "aiokafka.producer": logging.CRITICAL, "kafka": logging.CRITICAL,
    "faust": logging.WARNING, "mode": logging.WARNING,
}  # fmt: skip
"""What kafka-python and a producer have to report they also raise, and then we say it."""


def log_to_stderr(level: int = logging.INFO) -> None:
    """Sets up the process's logs; libraries speak up only when something is wrong."""
    logging.basicConfig(
        stream=sys.stderr, level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s", force=True
    )
    for name, loudness in _QUIET.items():
        logging.getLogger(name).setLevel(loudness)

"""The points between any two steps of a worker at which the crash tests let it die."""

from enum import StrEnum


class Point(StrEnum):
    """Named by the step that has just ended; the order is that of a record's walk, then of a recovery."""

    FETCHED = "fetched"
    RECEIVED = "received"
    DECODED = "decoded"
    APPLIED = "applied"
    ACKNOWLEDGED = "acknowledged"
    TAKEN = "taken"
    BEGUN = "begun"
    SENT = "sent"
    COMMITTED = "committed"
    TRIMMED = "trimmed"
    FENCED = "fenced"
    TAIL_READ = "tail-read"
    REBUILDING = "rebuilding"
    RECOVERED = "recovered"


def reach(point: Point, /) -> None:
    """A worker has come to `point`: does nothing.

    Nothing in this product can make it do more. tests/crash/armed_worker.py puts its own function in this
    place before it loads the worker; a setting could not be kept out of service as surely.
    """

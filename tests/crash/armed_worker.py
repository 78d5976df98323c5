"""`harmwatch worker` with a crash point armed: HARMWATCH_TEST_CRASH=POINT:WAY:NTH:TOKEN.

All processes with the same TOKEN count together: the NTH of their comings to the point dies that way, and no
other. Each coming leaves a file, TOKEN.1 for the first. The variable is taken away before the worker reads its
settings: a worker started in any other way refuses it by name.
"""

import faulthandler
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from enum import StrEnum

from runtime import crash_points
from runtime.crash_points import Point
from tests.crash.harmed_worker import LIMITS_VARIABLE, limit

VARIABLE = "HARMWATCH_TEST_CRASH"
CLOCK_VARIABLE = "HARMWATCH_TEST_CLOCK"
"""Seconds by which the clock of this worker's machine is wrong."""

GROUP_VARIABLE = "HARMWATCH_TEST_GROUP"
"""What this worker's consumer group is called besides; it is the relay of the same board none the less."""


class Way(StrEnum):
    """Ways to die, or to seem dead."""

    KILL = "kill"
    TERM = "term"
    STOP = "stop"
    EXCEPTION = "exception"


SIGNALS = {Way.KILL: signal.SIGKILL, Way.TERM: signal.SIGTERM, Way.STOP: signal.SIGSTOP}


class CrashedOnPurpose(Exception):
    """Thrown at a crash point."""


def armed(order: str) -> Callable[[Point], None]:
    """What to do at a point, for an order in the form of the variable."""
    name, way, nth, token = order.split(":", 3)
    point = Point(name)

    def reach(here: Point) -> None:
        if here is not point or _count(token, int(nth)) != int(nth):
            return
        if way in SIGNALS:
            os.kill(os.getpid(), SIGNALS[Way(way)])
        else:
            raise CrashedOnPurpose(f"at {point}")

    return reach


def _count(token: str, limit: int) -> int:
    """Which coming this is, of all processes'; 0 beyond `limit`."""
    for number in range(1, limit + 1):
        try:
            os.close(os.open(f"{token}.{number}", os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            continue
        return number
    return 0


def set_clock(seconds: float) -> None:
    """From now on `time.time` of this process is wrong by `seconds`."""
    right = time.time
    time.time = lambda: right() + seconds


def join_another_group(suffix: str) -> None:
    """From now on this process owns all partitions, whoever else does."""
    from runtime.installation import Installation

    group = vars(Installation)["group"].fget
    # What the relay is called is made of the group's name: it stays.
    names: dict[str, property] = {
        "relay_id": property(lambda self: f"{group(self)}-relay"),
        "group": property(lambda self: f"{group(self)}-{suffix}"),
    }
    for name, value in names.items():
        setattr(Installation, name, value)


def main() -> None:
    """Sets the clock and the limits, arms the point, joins its group, then becomes the worker."""
    set_clock(float(os.environ.pop(CLOCK_VARIABLE, "0")))
    order = os.environ.pop(VARIABLE, None)
    if order is not None:
        crash_points.reach = armed(order)
    if GROUP_VARIABLE in os.environ:
        join_another_group(os.environ.pop(GROUP_VARIABLE))
    limits = json.loads(os.environ.pop(LIMITS_VARIABLE, "{}"))
    from cli.main import main as harmwatch

    limit(limits)
    faulthandler.register(signal.SIGUSR1)
    sys.argv = ["harmwatch", "worker"]
    harmwatch()


if __name__ == "__main__":
    main()

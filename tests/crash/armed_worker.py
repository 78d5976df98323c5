"""`harmwatch worker` with a crash point armed: HARMWATCH_TEST_CRASH=POINT:WAY:NTH:TOKEN.

The first of all processes that comes to the point for its NTH time makes the file TOKEN and dies that way;
the others see the file and go on. The variable is taken away before the worker reads its settings: a worker
started in any other way refuses it by name.
"""

import os
import signal
import sys
import threading
from collections import Counter
from collections.abc import Callable
from enum import StrEnum

from runtime import crash_points
from runtime.crash_points import Point

VARIABLE = "HARMWATCH_TEST_CRASH"


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
    point, left, lock = Point(name), Counter({Point(name): int(nth)}), threading.Lock()

    def reach(here: Point) -> None:
        if here is not point:
            return
        with lock:
            left[point] -= 1
            if left[point] > 0 or not _first(token):
                return
        if way in SIGNALS:
            os.kill(os.getpid(), SIGNALS[Way(way)])
        else:
            raise CrashedOnPurpose(f"at {point}")

    return reach


def _first(token: str) -> bool:
    try:
        os.close(os.open(token, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return False
    return True


def main() -> None:
    """Arms the point, then becomes the worker."""
    order = os.environ.pop(VARIABLE, None)
    if order is not None:
        crash_points.reach = armed(order)
    from cli.main import main as harmwatch  # noqa: PLC0415  (its parts take `reach` when they are loaded)

    sys.argv = ["harmwatch", "worker"]
    harmwatch()


if __name__ == "__main__":
    main()

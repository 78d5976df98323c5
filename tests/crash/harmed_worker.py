"""`harmwatch worker` with other limits, and with something that makes it stand still.

HARMWATCH_TEST_LIMITS holds fields of `streams.limits.Limits` as JSON, HARMWATCH_TEST_HARM the name of a harm below.
Both are taken out of the environment before the worker reads its settings.
"""

import asyncio
import gc
import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

from runtime import crash_points
from runtime.crash_points import Point

LIMITS_VARIABLE = "HARMWATCH_TEST_LIMITS"
HARM_VARIABLE = "HARMWATCH_TEST_HARM"
_FOR_EVER_SECONDS = 600.0


def stand() -> None:
    """Whoever comes here stands."""
    time.sleep(_FOR_EVER_SECONDS)


def write_to_nobody() -> None:
    """The log is a pipe that nobody empties any more."""
    sys.stderr.write("x" * 10_000_000)
    sys.stderr.flush()


def nap() -> None:
    """A step takes long."""
    time.sleep(0.2)


def pause() -> None:
    """Every partition is paused by hand, and nobody resumes it. Called in the client's loop."""
    consumer = _consumer()
    consumer.loop.call_soon_threadsafe(lambda: consumer.pause_partitions(consumer.assignment()))


def forget_the_group() -> None:
    """The client no longer looks after its place in the group. Called in the client's loop."""
    for task in asyncio.all_tasks():
        if any(name in repr(task.get_coro()) for name in ("_coordination_routine", "_heartbeat_routine")):
            task.cancel()


def lose_runs() -> None:
    """A run that is sent to the store never comes back."""
    from streams.session import Session

    async def never(*_: object) -> None:
        await asyncio.sleep(_FOR_EVER_SECONDS)

    Session.propose = never  # type: ignore[method-assign,assignment]


def turn_in_place() -> None:
    """The thread turns, and gets nowhere."""
    until = time.monotonic() + _FOR_EVER_SECONDS
    while time.monotonic() < until:
        _rest()


def _rest() -> None:
    time.sleep(0.01)


def _consumer() -> Any:  # Any: Faust's, and untyped
    from streams.transport.consumer import RunConsumer

    return next(each for each in gc.get_objects() if isinstance(each, RunConsumer))


HARMS: dict[str, tuple[Point, Callable[[], None]]] = {
    "the worker's loop": (Point.DECODED, stand),
    "the log": (Point.DECODED, write_to_nobody),
    "the client's loop": (Point.FETCHED, stand),
    "the place in the group": (Point.FETCHED, forget_the_group),
    "the reading": (Point.FETCHED, pause),
    "the run in hand": (Point.FETCHED, lose_runs),
    "the relay's thread": (Point.TAKEN, stand),
    "the recovery": (Point.TAIL_READ, turn_in_place),
}


DELAYS: dict[str, tuple[Point, Callable[[], None]]] = {"a slow recovery": (Point.REBUILDING, nap)}
"""What is done each time, and harms nobody."""


def harm_once(name: str) -> Callable[[Point], None]:
    """What to do at a point: the harm, when it is the one of its point and has not been done yet."""
    point, act = (HARMS | DELAYS)[name]
    done: list[Point] = []

    def reach(here: Point) -> None:
        if here is point and (not done or name in DELAYS):
            done.append(here)
            act()

    return reach


def limit(limits: Mapping[str, Any]) -> None:  # Any: as JSON has them
    """From now on the worker of this process has these limits."""
    from cli.service import worker
    from streams.limits import Limits

    run = worker.run_worker

    def run_limited(*arguments: Any, **options: Any) -> None:  # Any: handed on as it comes
        run(*arguments, **options, limits=Limits(**limits))

    worker.run_worker = run_limited


def main() -> None:
    """Arms the harm, then becomes a worker with these limits."""
    limits = json.loads(os.environ.pop(LIMITS_VARIABLE, "{}"))
    harm = os.environ.pop(HARM_VARIABLE, None)
    if harm is not None:
        crash_points.reach = harm_once(harm)
    from cli import main as command_line

    limit(limits)
    sys.argv = ["harmwatch", "worker"]
    command_line.main()


if __name__ == "__main__":
    main()

"""How long a worker works: until it is stopped, or something makes it end; and how it ends."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import faust

from models.errors import BrokenInvariant, Deaf
from runtime.events import Event, happened
from runtime.pulse import Pulse
from streams.limits import Limits
from streams.watchdog.sentry import Sentry

_SHUTDOWN_TIMEOUT_SECONDS = 3.0
_POLL_SECONDS = 0.01
log = logging.getLogger(__name__)


def post_sentry(
    app: faust.App,
    limits: Limits,
    pulse: Pulse,
    failed: Callable[[BaseException], None],
    give_up: Callable[[], None],
) -> Sentry:
    """A sentry that looks at both event loops; a deaf one ends the process."""

    def end(reason: Deaf) -> None:
        failed(reason)
        give_up()

    sentry = Sentry(limits, end, pulse.beat)
    sentry.look_at("the worker", asyncio.get_running_loop())
    sentry.look_at("Kafka's client", app.consumer.client.thread_loop)
    return sentry


async def until_over(failure: asyncio.Future[None], running: asyncio.Task[None], stop: asyncio.Event) -> None:
    """Returns when `stop` is set; raises whatever else makes it end."""
    stopping = asyncio.ensure_future(stop.wait())
    ends: set[asyncio.Future[Any]] = {stopping, failure, running}
    await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if failure.done():
        await failure
    if running.done() and not stop.is_set():
        await running
        raise BrokenInvariant("Faust has stopped by itself")


async def run(app: faust.App) -> None:
    """Its start lasts until the first assignment is dealt with, and that until somebody has recovered the board."""
    await app.start()
    await app.wait_until_stopped()
    if app.crash_reason is not None:  # it has noted why, and only stopped
        raise app.crash_reason


async def stop_app(app: faust.App, running: asyncio.Task[None], give_up: Callable[[], None]) -> None:
    """Leaves the group and ends, or, where Kafka does not answer any more, just ends: nothing is lost by that."""
    try:
        await asyncio.wait_for(_stop(app, running), _SHUTDOWN_TIMEOUT_SECONDS)
    except TimeoutError:
        log.warning("Kafka does not answer the worker's goodbye", extra=happened(Event.NO_GOODBYE))
        give_up()  # threads of the client would wait for it for ever


async def _stop(app: faust.App, running: asyncio.Task[None]) -> None:
    running.cancel()
    await asyncio.wait({running})  # a start that goes on would start what the stop has passed already
    client = app.consumer.client
    while client._thread is not None and client._thread.is_alive() and not client._started.is_set():
        await asyncio.sleep(_POLL_SECONDS)  # Faust stops no thread that has not begun, and it would outlive the loop
    await app.stop()

"""`harmwatch deliver`: pushes alerts to subscribers until SIGTERM."""

import asyncio
import logging
import signal
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import click

from cli.service.shutdown import Shutdown
from cli.topics import open_topics, passed_over_option
from cli.version import version_text
from delivery.deliverer import deliver
from delivery.secrets import Secrets
from delivery.view import DeliveryView, Tried
from models.errors import BrokenInvariant, HarmwatchError, WrongUse
from models.topics import ALERTS, DELIVERIES, DELIVERY_ORDERS
from runtime.events import Event, happened
from runtime.key_stores import lasting_keys
from runtime.metrics.delivery_meters import DeliveryMeters
from runtime.metrics.scrape import serving
from runtime.service_logs import log_as
from runtime.settings import Settings, load_settings
from runtime.traces.opening import open_tracer

log = logging.getLogger(__name__)


@click.command()
@passed_over_option
def command(passed_over: tuple[int, ...]) -> None:
    """Pushes each alert to every subscription, in order and with a receipt, until SIGTERM; a second one stands by."""
    settings = load_settings()
    log_as(settings)
    run_deliver(settings, passed_over)


def run_deliver(settings: Settings, passed_over: tuple[int, ...]) -> None:
    """Works until SIGTERM or SIGINT. Raises WrongUse, PreconditionFailed, Unavailable, Unproved."""
    if settings.secrets is None:
        raise WrongUse("HARMWATCH_SECRETS is empty: it names the folder with the keys that sign webhooks")
    open_topics(settings, ALERTS, DELIVERIES, DELIVERY_ORDERS)
    log.info("%s: board %s, delivers", version_text(), settings.board, extra=happened(Event.STARTED))
    shutdown = Shutdown()
    try:
        with _traced(settings) as traced, _metrics(settings, traced) as view:
            asyncio.run(_until_stopped(settings, Secrets(settings.secrets), passed_over, shutdown, view))
    except HarmwatchError:
        raise
    except Exception as error:
        raise BrokenInvariant(f"{type(error).__name__}: {error}") from error
    shutdown.now()


@contextmanager
def _traced(settings: Settings) -> Iterator[Callable[[Tried], Tried]]:
    """What makes spans of tries as well, where HARMWATCH_TRACES says so."""
    tracer = open_tracer(settings, "harmwatch-deliverer")
    if tracer is None:
        yield lambda tried: tried
        return
    from runtime.traces.traced_tries import traced_tries  # noqa: PLC0415  (an optional extra)

    with closing(tracer):
        yield lambda tried: traced_tries(tracer, settings.board, tried)


@contextmanager
def _metrics(settings: Settings, traced: Callable[[Tried], Tried]) -> Iterator[DeliveryView]:
    """At HARMWATCH_METRICS, where it names an address."""
    if settings.metrics_address is None:
        yield DeliveryView(traced(lambda *_: None))
        return
    meters = DeliveryMeters(settings.board)
    view = DeliveryView(traced(meters.tried))
    meters.look_at(view.samples)
    with serving(settings.metrics_address, meters.registry):
        yield view


async def _until_stopped(
    settings: Settings, secrets: Secrets, passed_over: tuple[int, ...], shutdown: Shutdown, view: DeliveryView
) -> None:
    stop, loop, keys = asyncio.Event(), asyncio.get_running_loop(), lasting_keys(settings)

    def begin_to_end() -> None:
        stop.set()
        shutdown.begin()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, begin_to_end)
    try:
        await deliver(settings, secrets, stop, passed_over, view=view, keys=keys)
    except BaseException as error:
        # Before the end begins, which may cut off what is said later.
        is_odd = not isinstance(error, HarmwatchError)
        log.error(
            "a deliverer ends: %s", str(error) or type(error).__name__, exc_info=is_odd, extra=happened(Event.ENDS)
        )
        shutdown.begin(error)
        raise
    finally:
        if keys is not None:
            keys.close()

"""`harmwatch exporter`: looks at a board again and again, and tells Prometheus."""

import logging
import signal
import threading
import time
from collections.abc import Iterator

import click
from prometheus_client import CollectorRegistry

from cli.service.outside_view import OutsideView
from models.errors import HarmwatchError, WrongUse
from runtime.events import Event, happened
from runtime.metrics.meters import Gauges, Sample
from runtime.metrics.scrape import serving
from runtime.service_logs import log_as
from runtime.settings import Settings, load_settings

AGAIN_SECONDS = 30.0
log = logging.getLogger(__name__)


class LatestLook:
    """The newest look; while Kafka or the store is away it reports only that."""

    def __init__(self, settings: Settings) -> None:
        self._outside = OutsideView(settings)
        self._samples: list[Sample] | None = None
        self._seen_at: float | None = None
        self._lost_at: float | None = None
        self._said_at = -AGAIN_SECONDS

    def look(self) -> None:
        """Once more; what goes wrong is said, and seldom again."""
        try:
            self._samples = self._outside.look()
            self._seen_at = time.time()
            self._say_again()
        except HarmwatchError as error:
            self._samples = None
            self._outside.close()
            self._lost_at = self._lost_at or time.monotonic()
            if time.monotonic() - self._said_at >= AGAIN_SECONDS:
                self._said_at = time.monotonic()
                log.warning("no look at the board: %s", error, extra=happened(Event.NO_LOOK))

    def _say_again(self) -> None:
        if self._lost_at is not None:
            seconds = time.monotonic() - self._lost_at
            log.info("a look at the board again, after %.0f s", seconds, extra=happened(Event.WAITED))
            self._lost_at, self._said_at = None, -AGAIN_SECONDS

    def samples(self) -> Iterator[Sample]:
        """For a scrape."""
        samples = self._samples
        yield "look_success", {}, samples is not None
        if self._seen_at is not None:
            yield "look_timestamp_seconds", {}, self._seen_at
        yield from samples or ()

    def close(self) -> None:
        """Ends the connections."""
        self._outside.close()


@click.command()
@click.option(
    "--every",
    type=click.FloatRange(min=0.1),
    default=5.0,
    show_default=True,
    help="Seconds between two looks.",
)
def command(every: float) -> None:
    """Exports the state of the board to Prometheus, seen from outside."""
    settings = load_settings()
    log_as(settings)
    run_exporter(settings, every)


def run_exporter(settings: Settings, every_seconds: float) -> None:
    """Looks until SIGTERM or SIGINT. Raises WrongUse where no scraper could reach it."""
    if settings.metrics_address is None:
        raise WrongUse("HARMWATCH_METRICS is empty: it says where Prometheus is to ask")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    latest, registry = LatestLook(settings), CollectorRegistry()
    registry.register(Gauges(settings.board, latest.samples))
    with serving(settings.metrics_address, registry):
        text = "metrics at %s, a look every %g s"
        log.info(text, settings.metrics_address, every_seconds, extra=happened(Event.STARTED))
        _look_until(stop, latest, every_seconds)


def _look_until(stop: threading.Event, latest: LatestLook, every_seconds: float) -> None:
    """In a daemon thread: a look may last as long as a broker hangs. Raises what a look has raised."""
    raised: list[Exception] = []

    def look() -> None:
        try:
            while not stop.is_set():
                latest.look()
                stop.wait(every_seconds)
            latest.close()
        except Exception as error:
            raised.append(error)
            stop.set()

    threading.Thread(target=look, name="look", daemon=True).start()
    stop.wait()
    for error in raised:
        raise error

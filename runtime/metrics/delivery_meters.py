"""Counters and histograms of one deliverer, as the table has them, and gauges for a scrape."""

from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry, Counter, Histogram

from models.delivery.record import Sending
from runtime.metrics.meters import Gauges, Sample
from runtime.metrics.table import DELIVERER_METRICS, Kind


class DeliveryMeters:
    """`registry` is what a scrape reads."""

    def __init__(self, board: str) -> None:
        self.registry = CollectorRegistry()
        self._board = board
        (tries,) = [each for each in DELIVERER_METRICS if each.kind is Kind.COUNTER]
        (times,) = [each for each in DELIVERER_METRICS if each.kind is Kind.HISTOGRAM]
        self._tries = Counter(tries.full_name, tries.help, ("board", *tries.labels), registry=self.registry)
        labels = ("board", *times.labels)
        self._times = Histogram(times.full_name, times.help, labels, buckets=times.buckets, registry=self.registry)

    def look_at(self, look: Callable[[], Iterable[Sample]]) -> None:
        """From here on a scrape also has what this finds."""
        self.registry.register(Gauges(self._board, look))

    def tried(self, sending: Sending, outcome: str, seconds: float) -> None:
        """A request has come to an outcome: `accepted`, or a cause."""
        self._tries.labels(self._board, sending.subscription, outcome).inc()
        self._times.labels(self._board, sending.subscription).observe(seconds)

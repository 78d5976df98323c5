"""Counters and histograms of one worker, as the table has them (runtime/metrics/table.py), and gauges for a scrape."""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from models.clock import ClockMode
from models.contribution import Run
from models.instants import SECOND
from models.journal.transition import Entry
from runtime.metrics.instruments import Instruments, Noted
from runtime.metrics.table import METRICS, WORKER_METRICS, Kind, Metric

_FROM_THE_START = {
    "relay_terms_total": ("told", "another_board", "unavailable", "refused"),
    "recoveries_total": ("none", "repeat", "rebuild", "found"),
    "transactions_total": ("committed", "failed"),
}
"""Series that stand at 0 before the first: one that begins with 1 would not show that it has risen."""

Sample = tuple[str, Mapping[str, str], float]
"""A gauge now: its name without the prefix, its labels beside `board`, its value."""

_BY_NAME = {metric.name: metric for metric in METRICS}


class Gauges(Collector):
    """The gauges of `board` as `look` finds them at each scrape: a series goes when what it tells of goes."""

    def __init__(self, board: str, look: Callable[[], Iterable[Sample]]) -> None:
        self._board = board
        self._look = look

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Nothing: the registry would look for it before there is anything to look at."""
        return iter(())

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """One family for each metric that has a sample."""
        families: dict[str, GaugeMetricFamily] = {}
        for name, labels, value in self._look():
            metric = _BY_NAME[name]
            if name not in families:
                families[name] = GaugeMetricFamily(metric.full_name, metric.help, labels=("board", *metric.labels))
            families[name].add_metric([self._board, *(labels[label] for label in metric.labels)], value)
        yield from families.values()


class Meters(Instruments):
    """Counts what a worker tells; `registry` is what a scrape reads, `totals` what its log says once a minute."""

    def __init__(self, board: str, clock: ClockMode) -> None:
        self.registry = CollectorRegistry()
        self._board = board
        self._is_live = clock is ClockMode.WALL
        self._counters = {each.name: self._counter(each) for each in WORKER_METRICS if each.kind is Kind.COUNTER}
        self._times = {each.name: self._histogram(each) for each in WORKER_METRICS if each.kind is Kind.HISTOGRAM}

        self._counting: dict[tuple[str, tuple[str, ...]], Counter] = {}  # the library looks each up under a lock
        self._timing: dict[tuple[str, tuple[str, ...]], Histogram] = {}
        for name, values in _FROM_THE_START.items():
            for value in values:
                self._counters[name].labels(board, value)

    def look_at(self, look: Callable[[], Iterable[Sample]]) -> None:
        """From here on a scrape also has what this finds."""
        self.registry.register(Gauges(self._board, look))

    def total(self, name: str) -> float:
        """The sum of a counter over all of its labels."""
        families = self._counters[name].collect()
        return sum(sample.value for family in families for sample in family.samples if sample.name.endswith("_total"))

    def hearing(self, noted: Noted) -> Noted:
        """What is to hear of each run that is applied, besides `noted`: nothing, as nothing of it is counted."""
        return noted

    def assessed(self, run: Run, seconds: float) -> None:  # noqa: ARG002  (traces need it)
        """See Instruments, as for all that follows."""
        self._observe("assess_seconds", seconds)

    def acknowledged(self, run: Run, records: int, refused: Collection[str], sent_at: float | None) -> None:
        """A run."""
        self._count("records_applied_total", str(run.partition), by=records)
        self._observe("run_records", records)
        for reason in refused:
            self._count("records_refused_total", reason)
        if sent_at is not None and self._is_live:
            self._observe("apply_latency_seconds", max(0.0, time.time() - sent_at))

    def asked(self, verb: str, seconds: float, answer: str) -> None:
        """A Lua call."""
        self._observe("store_call_seconds", seconds, verb)
        if verb == "apply":
            self._count("runs_total", answer)

    def store_opened(self) -> None:
        """A connection."""
        self._count("store_connections_total")

    def joined(self, seconds: float) -> None:
        """A rebalance."""
        self._count("rebalances_total")
        self._observe("rebalance_seconds", seconds)

    def term_ended(self, ended_by: str) -> None:
        """A term."""
        self._count("relay_terms_total", ended_by)

    def rebuilding(self) -> None:
        """A recovery, however it ends."""
        self._count("recoveries_total", "rebuild")

    def recovered(self, kind: str, seconds: float) -> None:
        """A recovery."""
        if kind != "rebuild":
            self._count("recoveries_total", kind)
        self._observe("recovery_seconds", seconds)

    def committed(self, seconds: float) -> None:
        """A transaction."""
        self._count("transactions_total", "committed")
        self._observe("transaction_seconds", seconds)

    def aborted(self) -> None:
        """One of which nothing is known."""
        self._count("transactions_total", "failed")

    def published(self, entries: Sequence[Entry], alerts: Mapping[str, int], letters: Sequence[str]) -> None:
        """What a transaction held."""
        now = time.time()
        for change in (change for entry in entries for change in entry.transitions):
            self._count("transitions_total", change.move, change.cause.kind)
            if self._is_live:
                self._observe("alert_latency_seconds", max(0.0, now - change.as_of / SECOND), change.cause.kind)
        for transition, count in alerts.items():
            self._count("alerts_published_total", transition, by=count)
        for reason in letters:
            self._count("dead_letters_published_total", reason)

    def _count(self, name: str, *labels: str, by: float = 1) -> None:
        series = self._counting.get((name, labels))
        if series is None:
            series = self._counting[name, labels] = self._counters[name].labels(self._board, *labels)
        series.inc(by)

    def _observe(self, name: str, value: float, *labels: str) -> None:
        series = self._timing.get((name, labels))
        if series is None:
            series = self._timing[name, labels] = self._times[name].labels(self._board, *labels)
        series.observe(value)

    def _counter(self, metric: Metric) -> Counter:
        return Counter(metric.full_name, metric.help, ("board", *metric.labels), registry=self.registry)

    def _histogram(self, metric: Metric) -> Histogram:
        labels = ("board", *metric.labels)
        return Histogram(metric.full_name, metric.help, labels, buckets=metric.buckets, registry=self.registry)

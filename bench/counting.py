"""What metrics cost: what a lap has counted, times what counting takes, as a share of the worker's processor time."""

import os
import socket
import time
import timeit
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass

from prometheus_client.parser import text_string_to_metric_families

from bench.inputs import Input
from bench.race import time_workers, workers
from embedded.stack import Stack
from models.clock import ClockMode
from models.contribution import Run
from models.journal.transition import Cause, CauseKind, Entry, EntryKind, Move, Standing, Transition
from runtime.installation import open_store
from runtime.metrics.meters import Meters
from runtime.metrics.table import PREFIX
from runtime.settings import load_settings

_TIMES = 20_000
_RUN = Run(0, 0, 1_000, "", (), ())


@dataclass(frozen=True, slots=True)
class CountingCosts:
    """Processor seconds of a lap's worker, and those of them that went into counting; seconds of one scrape."""

    records: int
    worker_seconds: float
    counting_seconds: float
    scrape_seconds: float

    @property
    def share(self) -> float:
        """Of the worker's processor time."""
        return self.counting_seconds / self.worker_seconds

    def __str__(self) -> str:
        return (
            f"{self.records:,} records, {self.worker_seconds:.2f} s of a processor, of it "
            f"{1_000 * self.counting_seconds:.1f} ms counting ({self.share:.2%}); a scrape takes "
            f"{1_000 * self.scrape_seconds:.1f} ms"
        )


def counted_lap(given: Input, stack: Stack) -> CountingCosts:
    """One worker over a filled topic."""
    address = os.environ["HARMWATCH_METRICS"] = f"127.0.0.1:{_free_port()}"
    with closing(open_store(load_settings())) as store, workers(1) as processes:
        lap = time_workers("counted", given.records, store, stack, processes)
        began = time.monotonic()
        scraped = _scrape(address)
        scrape_seconds = time.monotonic() - began
    counting = sum(scraped[name] * seconds for name, seconds in _costs())
    return CountingCosts(given.records, lap.costs.worker_seconds, counting, scrape_seconds)


def _costs() -> Iterator[tuple[str, float]]:
    """For each thing that is counted, the sample that says how often, and processor seconds of once."""
    meters = Meters("bench", ClockMode.WALL)
    cause = Cause(CauseKind.OFFENCE, "e", "o", "p")
    change = Transition(
        1, Move.ENTERED, "p", 1, 1, Standing(None, 0), None, None, cause, (), 0, None, None, 1_700_000_000_000_000, 1
    )
    moved = Entry(1, EntryKind.RUN, 1, transitions=(change,))
    yield "store_call_seconds_count", _once(lambda: meters.asked("apply", _clocked(), "applied"))
    yield "assess_seconds_count", _once(lambda: meters.assessed(_RUN, _clocked()))
    yield "run_records_count", _once(lambda: meters.acknowledged(_RUN, 1_000, (), 1.0))
    yield "records_refused_total", _once(lambda: meters._count("records_refused_total", "not_json"))
    yield "transaction_seconds_count", _once(lambda: meters.committed(_clocked()))
    yield "transitions_total", _once(lambda: meters.published((moved,), {"entered": 1}, ()))


def _clocked() -> float:
    """Who times something reads the clock twice."""
    return time.perf_counter() - time.perf_counter()


def _once(work: Callable[[], object]) -> float:
    return timeit.timeit(work, timer=time.process_time, number=_TIMES) / _TIMES


def _scrape(address: str) -> dict[str, float]:
    """Every sample by its name without the prefix, over all labels."""
    with urllib.request.urlopen(f"http://{address}/metrics") as answer:
        text = answer.read().decode()
    scraped: defaultdict[str, float] = defaultdict(float)
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            scraped[sample.name.removeprefix(PREFIX)] += sample.value
    return scraped


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port

"""What a worker's gauges stand at: looked up when somebody asks, and of nothing that it does not have any more."""

import time
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import version
from typing import Any

import faust

from models.journal.entry import ENGINE_VERSION
from runtime.metrics.meters import Sample
from state.keys import LAYOUT
from streams.relay.relay import Relay
from streams.waits import Waits


class WorkerGauges:
    """The view of a worker on itself; asked from the thread that answers a scrape."""

    def __init__(self, app: faust.App, relay: Relay, waits: Waits) -> None:
        self._app = app
        self._relay = relay
        self._waits = waits
        self._build = {
            "version": version("harmwatch"),
            "engine": ENGINE_VERSION,
            "layout": LAYOUT.decode(),
            "faust": version("faust-streaming"),
            "aiokafka": version("aiokafka"),
        }

    def samples(self) -> Iterator[Sample]:
        """Every gauge of the table that a worker tells."""
        consumer: Any = self._app.consumer
        positions = _unmoved(consumer.client.positions)
        yield "build_info", self._build, 1
        yield "assigned_partitions", {}, len(positions)
        yield "group_member", {}, consumer.client.member.is_known
        yield "runs_in_hand", {}, consumer.in_hand
        yield "relay_in_office", {}, self._relay.in_office
        for partition, position in positions.items():
            if position is not None:
                yield "read_offset", {"partition": str(partition)}, position
        for what, seconds in self._waits.durations(time.monotonic()).items():
            yield "waiting_seconds", {"what": what.name.lower()}, seconds


def _unmoved(positions: Callable[[], Mapping[int, int | None]]) -> Mapping[int, int | None]:
    """They live in another thread: a rebalance in the very moment of asking is asked again."""
    while True:
        try:
            return positions()
        except RuntimeError:
            continue

"""Once London and another input, one right after the other: what slows the machine for a while slows both."""

from collections.abc import Callable
from dataclasses import dataclass

import redis

from bench.inputs import Input, Shape, london_of
from bench.race import Lap, time_workers, workers
from embedded.stack import Stack
from runtime.installation import open_store
from runtime.settings import load_settings

_MEAN = london_of(1.0)


@dataclass(frozen=True, slots=True)
class Pair:
    """A lap of one worker over once London, and the lap after it over another input."""

    mean: Lap
    other: Lap

    @property
    def ratio(self) -> float:
        """Records a second of the other, over those of once London."""
        return self.other.rate / self.mean.rate


def measure_pair(shape: Shape, filled: Callable[[Shape], Input], stack: Stack) -> Pair:
    """`filled` sends an input to a topic of its own; nothing is verified (`bench shapes` verifies the same inputs)."""
    return Pair(_lap(_MEAN, filled, stack), _lap(shape, filled, stack))


def _lap(shape: Shape, filled: Callable[[Shape], Input], stack: Stack) -> Lap:
    """Leaves an empty store behind, for the next lap finds it as this one did."""
    given, settings = filled(shape), load_settings()
    store = open_store(settings)
    with workers(1) as processes:
        lap = time_workers(shape.name, given.records, store, stack, processes)
    store.close()
    with redis.Redis.from_url(settings.redis) as client:
        client.flushall()
    return lap

"""An input between two laps at scale 1: what the machine gives at the time is seen on both sides of it."""

import os
from dataclasses import dataclass

import redis

from bench.inputs import Input, Shape, london_of
from bench.race import Lap, time_workers, workers
from embedded.stack import Stack
from models.topics import OFFENCES
from runtime.installation import open_store
from runtime.settings import load_settings

ONCE = london_of(1.0)


@dataclass(frozen=True, slots=True)
class Pair:
    """A lap of one worker over an input, and the laps at scale 1 right before and right after it."""

    other: Lap
    once: tuple[Lap, Lap]

    @property
    def ratio(self) -> float:
        """Records a second of the other, over those of both laps at scale 1."""
        records, seconds = sum(lap.records for lap in self.once), sum(lap.seconds for lap in self.once)
        return self.other.rate / (records / seconds)


def measure_pair(shape: Shape, inputs: tuple[Input, Input, Input], stack: Stack) -> Pair:
    """`inputs`: scale 1, the shape's, scale 1, filled beforehand. Verifies nothing; `bench shapes` does."""
    before, other, after = (_lap(one.name, own, stack) for one, own in zip((ONCE, shape, ONCE), inputs, strict=True))
    return Pair(other, (before, after))


def _lap(name: str, given: Input, stack: Stack) -> Lap:
    """Leaves an empty store behind, for the next lap finds it as this one did."""
    os.environ["HARMWATCH_PREFIX"] = given.topic.removesuffix(OFFENCES.name)
    settings = load_settings()
    store = open_store(settings)
    with workers(1) as processes:
        lap = time_workers(name, given.records, store, stack, processes)
    store.close()
    with redis.Redis.from_url(settings.redis) as client:
        client.flushall()
    return lap

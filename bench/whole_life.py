"""A board's whole life over one input: loaded by one worker, lost and rebuilt, verified."""

import time
from dataclasses import dataclass

import psutil
import redis

from bench.inputs import Input
from bench.meters import Costs
from bench.race import time_workers, workers
from cli.verify import Request, verify_installation
from embedded.stack import Stack
from runtime.installation import open_store
from runtime.settings import load_settings
from state.keys import Keys
from state.store import Store

_LOOK_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class Life:
    """`store_bytes` of all keys; `rebuild_seconds` from FLUSHALL to a board that is open and whole."""

    name: str
    records: int
    rate: float
    costs: Costs
    store_bytes: int
    rebuild_seconds: float
    verify_seconds: float
    right: bool


def measure_life(name: str, given: Input, stack: Stack) -> Life:
    """Raises what the service raises."""
    settings = load_settings()
    store = open_store(settings)
    client, keys = redis.Redis.from_url(settings.redis), Keys(settings.prefix, settings.board)
    with workers(1) as processes:
        lap = time_workers(name, given.records, store, stack, processes)
        store_bytes = sum(client.memory_usage(key, samples=0) or 0 for key in keys.all)
        rebuild_seconds = _rebuild(store, client, processes)
    store.close()
    began_at = time.monotonic()
    verified = verify_installation(settings, Request(with_store=True))
    seconds = time.monotonic() - began_at
    return Life(name, lap.records, lap.rate, lap.costs, store_bytes, rebuild_seconds, seconds, bool(verified["ok"]))


def _rebuild(store: Store, client: redis.Redis, processes: list[psutil.Process]) -> float:
    before, began_at = store.position(), time.monotonic()
    client.flushall()
    while (now := store.position()).generation is None or (now.entry or 0) < (before.entry or 0) or now.outbox:
        if any(process.status() == psutil.STATUS_ZOMBIE for process in processes):
            raise RuntimeError("the worker ended while it rebuilt the board")
        time.sleep(_LOOK_SECONDS)
    return time.monotonic() - began_at

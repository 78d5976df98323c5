"""A board's whole life over one input: loaded by one worker, lost and rebuilt, verified, replayed."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import psutil
import redis

from bench.inputs import Input
from bench.meters import Costs
from bench.race import time_workers, workers
from cli.audit.replay import replay_installation
from cli.audit.verify import Request, verify_installation
from embedded.stack import Stack
from runtime.installation import open_store
from runtime.settings import load_settings
from state.keys import Keys
from state.store import Store

_LOOK_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class Life:
    """`store_bytes` of all keys; `rebuild_seconds` from FLUSHALL to a board that is open and whole;
    `replay_seconds` without the writing of files."""

    name: str
    records: int
    rate: float
    costs: Costs
    store_bytes: int
    persons: int
    rebuild_seconds: float
    verify_seconds: float
    replay_seconds: float
    right: bool


def measure_life(name: str, given: Input, stack: Stack) -> Life:
    """Raises what the service raises."""
    settings = load_settings()
    store = open_store(settings)
    client, keys = redis.Redis.from_url(settings.redis), Keys(settings.prefix, settings.board)
    with workers(1) as processes:
        lap = time_workers(name, given.records, store, stack, processes)
        store_bytes = sum(client.memory_usage(key, samples=0) or 0 for key in keys.all)
        persons = int(client.hlen(keys["offenders"]))
        rebuild_seconds = _rebuild(store, client, processes)
    store.close()
    verified, verify_seconds = _timed(lambda: verify_installation(settings, Request(with_store=True)))
    _, replay_seconds = _timed(lambda: replay_installation(settings, None, None, None))
    return Life(
        name, lap.records, lap.rate, lap.costs, store_bytes, persons, rebuild_seconds, verify_seconds, replay_seconds,
        verified.ok,
    )  # fmt: skip


Answer = TypeVar("Answer")


def _timed(work: Callable[[], Answer]) -> tuple[Answer, float]:
    began_at = time.monotonic()
    return work(), time.monotonic() - began_at


def _rebuild(store: Store, client: redis.Redis, processes: list[psutil.Process]) -> float:
    before, began_at = store.position(), time.monotonic()
    client.flushall()
    while (now := store.position()).generation is None or (now.entry or 0) < (before.entry or 0) or now.outbox:
        if any(process.status() == psutil.STATUS_ZOMBIE for process in processes):
            raise RuntimeError("the worker ended while it rebuilt the board")
        time.sleep(_LOOK_SECONDS)
    return time.monotonic() - began_at

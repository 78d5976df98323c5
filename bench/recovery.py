"""How long a board is closed while a worker with an empty store repeats a journal as it is in service."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import redis

from bench.meters import Costs, Meter
from bench.served import Served
from cli.audit.verify import Request, verify_installation
from cli.service.worker_process import WORKER_COMMAND, worker_environment
from embedded.stack import Stack
from runtime.installation import open_store
from runtime.settings import load_settings
from state.store import Store

_LOOK_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """From the claim of the board to its opening; `calls` were put to the store meanwhile."""

    tree: str
    served: Served
    entries: int
    seconds: float
    calls: int
    costs: Costs

    @property
    def rate(self) -> float:
        """Entries a second."""
        return self.entries / self.seconds


def measure_rebuild(served: Served, stack: Stack, tree: Path | None = None) -> Rebuilt:
    """One worker of `tree` (None: of this one) until an empty store holds an open board again. Raises RuntimeError."""
    settings = load_settings()
    client = redis.Redis.from_url(settings.redis)
    client.flushall()
    store, calls = open_store(settings), _calls(client)
    with _worker(tree) as process:
        meter, claimed_at = Meter(stack, [process]), time.monotonic()
        while (position := store.position()).generation is None:
            meter.look()
            if not position.recovering:
                claimed_at = time.monotonic()
            if process.status() == psutil.STATUS_ZOMBIE:
                raise RuntimeError("the worker ended while it rebuilt the board")
            time.sleep(_LOOK_SECONDS)
        opened_at, entries = time.monotonic(), position.entry or 0
        asked, costs = _calls(client) - calls, meter.costs()
        _wait_until_published(store)
    store.close()
    client.close()
    name = "this tree" if tree is None else tree.name
    return Rebuilt(name, served, entries, opened_at - claimed_at, asked, costs)


def verify() -> bool:
    """Whether the board comes out right, by the other engine."""
    return verify_installation(load_settings(), Request(with_store=True)).ok


def _wait_until_published(store: Store) -> None:
    while store.position().outbox:
        time.sleep(_LOOK_SECONDS)


def _calls(client: redis.Redis) -> int:
    stats = client.info("commandstats")
    return sum(int(stats.get(f"cmdstat_{name}", {}).get("calls", 0)) for name in ("evalsha", "lrange"))


@contextmanager
def _worker(tree: Path | None) -> Iterator[psutil.Process]:
    environment = worker_environment()
    if tree is not None:
        environment["PYTHONPATH"] = os.pathsep.join([str(tree), environment["PYTHONPATH"]])
    with subprocess.Popen(WORKER_COMMAND, env=environment, stderr=subprocess.DEVNULL) as worker:
        try:
            yield psutil.Process(worker.pid)
        finally:
            worker.terminate()
            worker.wait(30)

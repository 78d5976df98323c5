"""One lap of one contestant over a filled topic: how long, with how much processor time, and was it right."""

import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.contestants import Contestant
from bench.inputs import Input
from bench.kafka_streams import java_command
from cli.verify import Request, verify_installation
from cli.worker_process import WORKER_COMMAND, worker_environment
from runtime.installation import open_store
from runtime.settings import load_settings
from state.store import Store

RIVALS = Path(__file__).parent / "rivals"
RIVALS_PYTHON = Path(".venv-rivals/bin/python")
_LONGEST_LAP_SECONDS = 900
_LOOK_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class Lap:
    """Records per second from the first to the last, processor seconds of the contestant per million records."""

    contestant: str
    records: int
    seconds: float
    cpu_seconds: float
    right: bool

    @property
    def rate(self) -> float:
        """Records a second."""
        return self.records / self.seconds


def run_lap(contestant: Contestant, given: Input) -> Lap:
    """Raises RuntimeError with what the contestant said if it gives no result."""
    return _own_lap(contestant, given) if contestant.workers else _rival_lap(contestant, given)


def _rival_lap(contestant: Contestant, given: Input) -> Lap:
    program = RIVALS / contestant.command[0]
    command = java_command(program) if program.suffix == ".java" else [str(RIVALS_PYTHON), str(program)]
    environment = os.environ | {
        "BENCH_BROKERS": os.environ["HARMWATCH_KAFKA"],
        "BENCH_REDIS": os.environ["HARMWATCH_REDIS"],
        "BENCH_TOPIC": given.topic,
        "BENCH_RECORDS": str(given.records),
        "BENCH_WEIGHTS": str(given.weights),
    }
    done = subprocess.run(
        [*command, *contestant.command[1:]],
        env=environment,
        capture_output=True,
        timeout=_LONGEST_LAP_SECONDS,
        check=False,
        text=True,
    )
    result = next((line for line in done.stdout.splitlines() if line.startswith('{"records"')), None)
    if result is None:
        raise RuntimeError(f"{contestant.name} gave no result: {done.stderr[-2000:]}")
    said = json.loads(result)
    right = said["top"] == given.top if contestant.sums else said["records"] >= given.records
    return Lap(contestant.name, given.records, said["seconds"], said["cpu_seconds"], right)


def _own_lap(contestant: Contestant, given: Input) -> Lap:
    """From the first record seen applied to an empty outbox; then everything is verified."""
    settings = load_settings()
    store = open_store(settings)
    with workers(contestant.workers) as processes:
        while (first := _applied(store)) == 0:
            time.sleep(_LOOK_SECONDS)
        began_at, cpu = time.monotonic(), _cpu(processes)
        while _applied(store) < given.records or store.position().outbox > 0:
            time.sleep(_LOOK_SECONDS)
        seconds, used = time.monotonic() - began_at, _cpu(processes) - cpu
    store.close()
    verified = verify_installation(settings, Request(with_store=True))
    return Lap(contestant.name, given.records - first, seconds, used, bool(verified["ok"]))


@contextmanager
def workers(count: int) -> Iterator[list[psutil.Process]]:
    """Workers of the installation that the environment names, for as long as the block."""
    environment = worker_environment()
    workers = [subprocess.Popen(WORKER_COMMAND, env=environment, stderr=subprocess.DEVNULL) for _ in range(count)]
    try:
        yield [psutil.Process(worker.pid) for worker in workers]
    finally:
        for worker in workers:
            worker.terminate()
        for worker in workers:
            worker.wait(30)


def _applied(store: Store) -> int:
    return sum(store.position().ledger.values())


def _cpu(processes: list[psutil.Process]) -> float:
    return sum(float(process.cpu_times().user + process.cpu_times().system) for process in processes)

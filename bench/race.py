"""One lap of one system over a filled topic: how long, at what cost, and was it right."""

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psutil

from bench.inputs import Input
from bench.kafka_streams import java_command
from bench.meters import Costs, Meter
from bench.systems import System
from cli.audit.verify import Request, verify_installation
from cli.service.worker_process import WORKER_COMMAND, worker_environment
from embedded.stack import Stack
from runtime.installation import open_store
from runtime.settings import load_settings
from state.store import Store

BASELINES = Path(__file__).parent / "baselines"
BASELINES_PYTHON = Path(".venv-baselines/bin/python")
_LONGEST_LAP_SECONDS = 900
_LOOK_SECONDS = 0.05
"""Each look asks the store and the system, on cores that the system wants for itself."""


@dataclass(frozen=True, slots=True)
class Lap:
    """From the first record to the last; a baseline's store and broker are measured from its start to its end."""

    system: str
    records: int
    seconds: float
    costs: Costs
    right: bool

    @property
    def rate(self) -> float:
        """Records a second."""
        return self.records / self.seconds


def run_lap(system: System, given: Input, stack: Stack) -> Lap:
    """Raises RuntimeError with what the system said if it gives no result."""
    return _own_lap(system, given, stack) if system.workers else _baseline_lap(system, given, stack)


def _baseline_lap(system: System, given: Input, stack: Stack) -> Lap:
    program = BASELINES / system.command[0]
    command = java_command(program) if program.suffix == ".java" else [str(BASELINES_PYTHON), str(program)]
    environment = os.environ | {
        "BENCH_BROKERS": os.environ["HARMWATCH_KAFKA"],
        "BENCH_REDIS": os.environ["HARMWATCH_REDIS"],
        "BENCH_TOPIC": given.topic,
        "BENCH_RECORDS": str(given.records),
        "BENCH_WEIGHTS": str(given.weights),
    }
    output, costs = _run([*command, *system.command[1:]], environment, stack)
    result = next((line for line in output.splitlines() if line.startswith('{"records"')), None)
    if result is None:
        raise RuntimeError(f"{system.name} gave no result: {output[-2000:]}")
    said = json.loads(result)
    right = said["top"] == given.top if system.sums else said["records"] >= given.records
    costs = replace(costs, worker_seconds=said["cpu_seconds"])
    return Lap(system.name, given.records, said["seconds"], costs, right)


def _run(command: list[str], environment: dict[str, str], stack: Stack) -> tuple[str, Costs]:
    """What a program said, and what it and the servers used from its start to its end."""
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, env=environment, stdout=said, stderr=subprocess.STDOUT)
        meter, until = Meter(stack, [psutil.Process(process.pid)]), time.monotonic() + _LONGEST_LAP_SECONDS
        while _runs(process):
            meter.look()
            time.sleep(_LOOK_SECONDS)
            if time.monotonic() > until:
                process.kill()
        costs = meter.costs()
        process.wait()
        said.seek(0)
        return said.read().decode(errors="replace"), costs


def _runs(process: subprocess.Popen[bytes]) -> bool:
    """Without taking its end away, so that what it used can still be asked for."""
    return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None


def _own_lap(system: System, given: Input, stack: Stack) -> Lap:
    """From the first record seen applied to an empty outbox; then everything is verified."""
    settings = load_settings()
    store = open_store(settings)
    with workers(system.workers) as processes:
        lap = time_workers(system.name, given.records, store, stack, processes)
    store.close()
    verified = verify_installation(settings, Request(with_store=True))
    return replace(lap, right=verified.ok)


def time_workers(name: str, records: int, store: Store, stack: Stack, processes: list[psutil.Process]) -> Lap:
    """Workers that have just been started, until everything is applied and published; nothing is checked."""
    while (first := _applied(store)) == 0:
        time.sleep(_LOOK_SECONDS)
    began_at, meter = time.monotonic(), Meter(stack, processes)
    while _applied(store) < records or store.position().outbox > 0:
        meter.look()
        time.sleep(_LOOK_SECONDS)
    return Lap(name, records - first, time.monotonic() - began_at, meter.costs(), right=False)


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

"""The store without the rest: how fast it takes runs, and what it needs to remember them.

A year of a London of any size, then sixty days in which a step ends for every record. Ids of 12 bytes.
"""

import random
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import redis

from embedded.ports import ReservedPort
from models.answers import DrainFirst, Full
from models.contribution import Contribution, Run, Step, Weight
from models.instants import DAY, EARLIEST, SECOND
from state.board_settings import BoardSettings
from state.keys import Keys
from state.store import Applied, Store

MOST_RECORDS_A_RUN = 1_000
OFFENDERS, REPORTS = 36_000, 105_000
"""In a year; Metropolitan Police, V100."""

_FIRST_AT = 1_700_000_000 * SECOND
_STEADY_DAYS = 60
_WEIGHTS = [10_000] * 40 + [19_000] * 25 + [182_500] * 20 + [547_500] * 10 + [1_825_000] * 4 + [5_475_000]
_GENERATION = "bench"


@dataclass(frozen=True, slots=True)
class Phase:
    """Records a second, and microseconds per record: the server's processor; of these, about, what was spent in the
    orders of persons (ZADD, ZREM) and in their values (HMGET, HSET). The rest is the script itself."""

    rate: float
    cpu_us: float
    orders_us: float
    values_us: float


@dataclass(frozen=True, slots=True)
class Cost:
    """Of a first year, and of the time after it, when a step ends for every record; bytes of all keys in between."""

    scale: float
    hot_share: float
    run_records: int
    first_year: Phase
    bytes_per_offence: float
    steady: Phase


@dataclass(frozen=True, slots=True)
class _Reports:
    scale: float
    hot_share: float
    run_records: int


def measure_store(
    binary: Path, scale: float = 1.0, hot_share: float = 0.0, run_records: int = MOST_RECORDS_A_RUN
) -> Cost:
    """`hot_share` of all records name one and the same offender; they come in runs of `run_records`."""
    with _server(binary) as port:
        store = Store(f"redis://127.0.0.1:{port}/0", Keys("", "v100"), BoardSettings("digest", "event", None))
        client = redis.Redis(port=port)
        store.claim(_GENERATION)
        store.found(_GENERATION, 100, 100, EARLIEST, "{}", None)
        store.renew(_GENERATION, "{}")
        reports = int(REPORTS * scale)
        later = reports * _STEADY_DAYS // 365
        reports_of = _Reports(scale, hot_share, run_records)
        year = _feed(store, client, reports_of, range(reports))
        store.trim(_GENERATION, store.position().entry or 0, "hash")  # in service the relay takes the entries away
        size = sum(client.memory_usage(key, samples=0) or 0 for key in client.scan_iter())
        steady = _feed(store, client, reports_of, range(reports, reports + later))
        store.close()
    return Cost(scale, hot_share, run_records, year, size / reports, steady)


@contextmanager
def _server(binary: Path) -> Iterator[int]:
    port = ReservedPort()
    with tempfile.TemporaryDirectory() as folder:
        # As the service asks for it: what is appended to the file every second is a good part of the work.
        kept = ["--save", "", "--appendonly", "yes", "--appendfsync", "everysec", "--dir", folder]
        command = [str(binary), "--port", str(port.number), "--bind", "127.0.0.1", *kept]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
            try:
                _wait_for(port.number, server)
                yield port.number
            finally:
                server.terminate()
                port.release()


def _wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    while server.poll() is None:
        try:
            redis.Redis(port=port).ping()
            return
        except redis.ConnectionError:
            time.sleep(0.05)
    raise RuntimeError(f"the server ended with {server.returncode} at its start: {server.args!r}")


def _feed(store: Store, client: redis.Redis, reports_of: _Reports, numbers: range) -> Phase:
    """The time is that spent in the store's calls."""
    chance, seconds, cpu = random.Random(numbers.start), 0.0, _cpu(client)
    client.config_resetstat()
    for start in range(numbers.start, numbers.stop, reports_of.run_records):
        stop = min(start + reports_of.run_records, numbers.stop)
        items = tuple(_contribution(chance, number, reports_of) for number in range(start, stop))
        run = Run(0, start, stop, "0" * 64, items, ())
        began_at = time.perf_counter()
        _apply(store, run)
        seconds += time.perf_counter() - began_at
    used, records = client.info("commandstats"), len(numbers)
    orders, values = (
        sum(used[f"cmdstat_{name}"]["usec"] for name in names if f"cmdstat_{name}" in used) / records
        for names in (("zadd", "zrem"), ("hmget", "hset"))
    )
    return Phase(records / seconds, (_cpu(client) - cpu) / records * 1e6, orders, values)


def _apply(store: Store, run: Run) -> None:
    while True:
        match store.apply(run, _GENERATION, 0):
            case Applied():
                return
            case Full():
                store.trim(_GENERATION, store.position().entry or 0, "hash")
            case DrainFirst():
                store.tick(_GENERATION, 0, run.contributions[0].recorded_at)
            case other:
                raise RuntimeError(f"the store answers {other}")


def _contribution(chance: random.Random, number: int, reports_of: _Reports) -> Contribution:
    scale, hot_share = reports_of.scale, reports_of.hot_share
    at = _FIRST_AT + int(number * 365 * DAY / (REPORTS * scale))
    offender = 0 if hot_share and chance.random() < hot_share else int(OFFENDERS * scale * chance.random())
    millidays = chance.choice(_WEIGHTS)
    return Contribution(
        number, f"event{number:07}", "offence.reported", f"off{offender:09}", f"crime{number:07}", 1, at, at, at,
        Weight(f"{millidays % 89}.1.{millidays % 7}", (Step(365 * DAY, millidays),)),
    )  # fmt: skip


def _cpu(client: redis.Redis) -> float:
    used = client.info("cpu")
    return float(used["used_cpu_user"] + used["used_cpu_sys"])

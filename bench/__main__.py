"""`python -m bench WHAT`, as `--help` names them; --write writes docs/performance.md."""

import argparse
import logging
import os
import sys
import uuid
from pathlib import Path

from bench import report, trend
from bench.counting import counted_lap
from bench.delivery import measure_delivery
from bench.desk.desk_under_load import desk_under_load
from bench.desk.measures import OPENINGS, PAGES, desk_table, measure_desk, row_line
from bench.inputs import ONE_PERSON, PASSING, TIES, Input, Shape, extract, fill, london_of
from bench.latency import measure_latency
from bench.looking_back import measure_looking_back
from bench.pairs import ONCE, measure_pair
from bench.race import Lap, run_lap
from bench.recovery import measure_rebuild, verify
from bench.served import serve
from bench.store_alone import measure_store
from bench.systems import SYSTEMS, System
from bench.whole_life import measure_life
from embedded.stack import Stack
from embedded.valkey import find_valkey
from models.cache_folder import cache_folder

CACHE = cache_folder() / "bench"
_QUICK = ("harmwatch, 1 worker", "floor: aiokafka", "Quix Streams, sum")
_RATES, _LATENCY_SECONDS = (0, 100, 1_000, 10_000), 30.0
_SIZES = ((1.0, 0.0), (1.0, 0.0, 100), (1.0, 0.0, 10), (1.0, 0.1), (10.0, 0.0), (100.0, 0.0))
_SHAPES = (1.0, 10.0, 100.0)
_STEADY_YEARS = 2


def main() -> int:
    """1 when a system, harmwatch included, came to a wrong result."""
    given = _arguments()
    logging.disable(logging.WARNING)
    CACHE.mkdir(parents=True, exist_ok=True)
    if given.what == "store":
        return _store(given)
    if given.what == "rows":
        _tell(given, "rows", report.rows_table(measure_looking_back(given.largest)))
        return 0
    with Stack(None, _say) as stack:
        os.environ.update(stack.environment())
        if given.what == "latency":
            return _latency(given)
        asked = {
            "race": _race, "shapes": _shapes, "pairs": _pairs, "recovery": _recovery, "metrics": _metrics,
            "deliver": _deliver, "desk": _desk,
        }  # fmt: skip
        return asked[given.what](given, stack)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("bench")
    whats = ["race", "latency", "store", "shapes", "pairs", "recovery", "metrics", "rows", "deliver", "desk"]
    parser.add_argument("what", choices=whats)
    parser.add_argument("--seconds", type=float, default=60.0, help="desk: how long each load lasts")
    parser.add_argument("--scale", type=float, default=2.0, help="race: the synthetic London, so many times its size")
    parser.add_argument(
        "--years", type=int, default=1, help="race: so many years of it; from the second on windows end"
    )
    parser.add_argument("--repeat", type=int, default=3, help="race, pairs: all in turn, so many times")
    parser.add_argument("--only", nargs="*", help="race: systems, by words of their names; deliver: measures")
    parser.add_argument(
        "--quick", action="store_true", help="race: harmwatch, the floor and Quix alone; keeps a history"
    )
    parser.add_argument(
        "--largest",
        type=float,
        default=100.0,
        help="store, shapes, pairs, rows: the largest London, in years of London",
    )
    parser.add_argument(
        "--server", type=Path, help="store: the binary of another Redis or Valkey; its figures are printed only"
    )
    parser.add_argument(
        "--extract", type=Path, nargs=3, metavar=("FOLDER", "MAPPING", "POLICY"),
        help="race: instead of the synthetic London; shapes: beside it; a real extract, mapped, under its policy",
    )  # fmt: skip
    parser.add_argument(
        "--days", type=int, default=20, help="recovery: so many days in service, after a year of history"
    )
    parser.add_argument("--partitions", type=int, default=4, help="recovery: of offences.v1")
    parser.add_argument("--activations", type=int, default=0, help="recovery: so many policies are activated meanwhile")
    parser.add_argument("--against", type=Path, help="recovery: in turn with the worker of another checkout")
    parser.add_argument("--outage", type=float, default=180.0, help="deliver: seconds that receivers are away")
    parser.add_argument("--write", action="store_true", help="put tables and charts into docs/performance.md")
    given = parser.parse_args()
    if given.server and given.write:
        parser.error("the page tells of the embedded Valkey: --server goes without --write")
    return given


def _race(given: argparse.Namespace, stack: Stack) -> int:
    chosen = [one for one in SYSTEMS if not given.only or any(word in one.name for word in given.only)]
    if given.quick:
        chosen = [one for one in SYSTEMS if one.name in _QUICK]
    laps = _laps(chosen, given, stack)
    name = "extract" if given.extract else "steady" if given.years > 1 else "race"
    _tell(given, name, report.race_table(laps), report.race_chart(laps))
    if given.quick:
        sys.stdout.write(f"\n{trend.note(laps, _QUICK[0])}\n")
    return 0 if all(lap.right for lap in laps) else 1


def _laps(chosen: list[System], given: argparse.Namespace, stack: Stack) -> list[Lap]:
    """Everybody in turn, then again: what slows the machine for a while slows all of them."""
    shape = extract(*given.extract) if given.extract else london_of(given.scale, given.years)
    shared = None if all(one.workers for one in chosen) else fill(_prefix(), shape, CACHE)
    laps = []
    for turn in range(given.repeat):
        for system in chosen:
            _say(f"turn {turn + 1} of {given.repeat}: {system.name}")
            own = shared if shared and not system.workers else fill(_prefix(), shape, CACHE, system.workers)
            laps += _lap(system, own, stack)
    return laps


def _lap(system: System, own: Input, stack: Stack) -> list[Lap]:
    try:
        lap = run_lap(system, own, stack)
    except RuntimeError as error:
        _say(str(error))
        return []
    _say(f"  {lap.rate:,.0f} records/s{'' if lap.right else ', WRONG RESULT'}")
    return [lap]


def _latency(given: argparse.Namespace) -> int:
    measured = [measure_latency(rate, _LATENCY_SECONDS) for rate in _RATES]
    _tell(given, "latency", report.latency_table(measured), report.latency_chart(measured))
    return 0


def _store(given: argparse.Namespace) -> int:
    server = given.server.resolve() if given.server else find_valkey()
    costs = [measure_store(server, *size) for size in _SIZES if size[0] <= given.largest]
    _tell(given, "store", report.store_table(costs), report.growth_chart(costs))
    return 0


def _shapes(given: argparse.Namespace, stack: Stack) -> int:
    lives = []
    londons = [london_of(scale) for scale in _SHAPES if scale <= given.largest]
    shapes: list[Shape] = [*londons, london_of(1.0, _STEADY_YEARS), ONE_PERSON, PASSING, TIES]
    if given.extract:
        shapes.append(extract(*given.extract))  # the last one: its policy stays in force
    for shape in shapes:
        _say(shape.name)
        lives.append(measure_life(shape.name, fill(_prefix(), shape, CACHE), stack))
        _say(f"  {lives[-1].rate:,.0f} records/s{'' if lives[-1].right else ', WRONG RESULT'}")
    _tell(given, "shapes", report.shapes_table(lives), report.shapes_chart(lives[: len(londons)]))
    if given.write:
        report.write_chart("memory", report.memory_chart(lives[: len(londons)]))
    return 0 if all(life.right for life in lives) else 1


def _pairs(given: argparse.Namespace, stack: Stack) -> int:
    shapes = [ONE_PERSON, *(london_of(scale) for scale in _SHAPES[1:] if scale <= given.largest)]
    pairs = []
    for turn in range(given.repeat):
        for shape in shapes:
            _say(f"turn {turn + 1} of {given.repeat}: {shape.name}")
            before, other, after = (fill(_prefix(), one, CACHE) for one in (ONCE, shape, ONCE))
            pairs.append(measure_pair(shape, (before, other, after), stack))
            _say(f"  {pairs[-1].other.rate:,.0f} records/s, {pairs[-1].ratio:.2f} times the rate at scale 1")
    _tell(given, "pairs", report.pairs_table(pairs))
    return 0


def _recovery(given: argparse.Namespace, stack: Stack) -> int:
    served = serve(_prefix(), CACHE, given.days, given.partitions, given.activations)
    _say(f"{served.entries:,} entries from {served.records:,} records")
    trees = [None] if given.against is None else [given.against.resolve(), None]
    rebuilt = []
    for turn in range(given.repeat):
        for tree in trees:
            rebuilt.append(measure_rebuild(served, stack, tree))
            _say(f"turn {turn + 1} of {given.repeat}: {report.recovery_row(rebuilt[-1])}")
    _tell(given, "recovery", report.recovery_table(rebuilt))
    is_right = verify()
    _say(f"verify: {'green' if is_right else 'RED'}")
    return 0 if is_right else 1


def _metrics(given: argparse.Namespace, stack: Stack) -> int:
    for turn in range(given.repeat):
        lap = counted_lap(fill(_prefix(), london_of(given.scale), CACHE, 1), stack)
        _say(f"turn {turn + 1} of {given.repeat}: {lap}")
    return 0


def _deliver(given: argparse.Namespace, stack: Stack) -> int:
    measured = []
    for one in measure_delivery(stack, given.outage, given.only or ()):
        measured.append(one)
        _say(report.delivery_row(one))
    _tell(given, "delivery", report.delivery_table(measured))
    return 0


def _desk(given: argparse.Namespace, _: Stack) -> int:
    rows = []
    with desk_under_load(PAGES + OPENINGS + 1) as desk:
        for row in measure_desk(desk, given.seconds):
            _say(row_line(row))
            rows.append(row)
    _tell(given, "desk", desk_table(rows))
    return 0


def _tell(given: argparse.Namespace, name: str, table: str, chart: str | None = None) -> None:
    sys.stdout.write(table + "\n")
    if given.write:
        report.write_section(name, table)
    if given.write and chart:
        report.write_chart(name, chart)


def _prefix() -> str:
    return f"bench-{uuid.uuid4().hex[:8]}-"


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main())

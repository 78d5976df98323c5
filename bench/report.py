"""What was measured, as tables: they stand in docs/performance.md between marks, with the charts beside it."""

import re
import statistics
from collections.abc import Sequence
from pathlib import Path

from bench.delivery import Measured
from bench.latency import Latency
from bench.looking_back import LookingBack
from bench.pairs import Pair
from bench.plots import bars, lines
from bench.race import Lap
from bench.recovery import Rebuilt
from bench.store_alone import MOST_RECORDS_A_RUN, Cost, Phase
from bench.systems import SYSTEMS, System
from bench.whole_life import Life

PAGE = Path("docs/performance.md")
CHARTS = Path("docs/performance")
_OURS = "harmwatch, 1 worker"
_MB = 1e6


def write_section(name: str, table: str) -> None:
    """Puts a table between its marks on the page. Raises ValueError where they are missing."""
    page = PAGE.read_text("utf-8")
    marks = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end of {name} -->)", re.DOTALL)
    page, places = marks.subn(lambda found: f"{found[1]}{table}\n{found[2]}", page)
    if not places:
        raise ValueError(f"{PAGE} has no place for the table {name!r}")
    PAGE.write_text(page, "utf-8")


def write_chart(name: str, svg: str) -> None:
    """A chart beside the page."""
    CHARTS.mkdir(exist_ok=True)
    (CHARTS / f"{name}.svg").write_text(svg, "utf-8")


def race_table(laps: Sequence[Lap]) -> str:
    """Median and spread of the rates, the ratio of harmwatch to each turn by turn, processor time, what is not done."""
    head = (
        "| system | records/s | lowest to highest | harmwatch with 1 worker is so many times as fast "
        "| processor µs per record: itself, store, broker | memory, MB | right | what it does not do |\n"
        "|---|---|---|---|---|---|---|---|"
    )
    ours = [lap.rate for lap in laps if lap.system == _OURS]
    rows = [_race_row(one, own, ours) for one in SYSTEMS if (own := [lap for lap in laps if lap.system == one.name])]
    return "\n".join([head, *rows])


def _race_row(system: System, laps: Sequence[Lap], ours: Sequence[float]) -> str:
    rates = [lap.rate for lap in laps]
    ratios = [mine / theirs for mine, theirs in zip(ours, rates, strict=False)]
    memory = statistics.median(lap.costs.memory_bytes for lap in laps) / _MB
    ratio = f"{statistics.median(ratios):.2f}" if ratios else "-"
    right = "yes" if all(lap.right for lap in laps) else "NO"
    return (
        f"| {system.name}: {system.does} | {statistics.median(rates):,.0f} | {min(rates):,.0f} to "
        f"{max(rates):,.0f} | {ratio} | {_processor(laps)} | {memory:.0f} | {right} | {system.does_not} |"
    )


def _processor(laps: Sequence[Lap | Life]) -> str:
    """Median microseconds per record of worker, store and broker."""
    used = zip(
        *(
            (costs.worker_seconds / lap.records, costs.store_seconds / lap.records, costs.broker_seconds / lap.records)
            for lap in laps
            for costs in (lap.costs,)
        ),
        strict=True,
    )
    return ", ".join(f"{statistics.median(each) * 1e6:.1f}" for each in used)


def race_chart(laps: Sequence[Lap]) -> str:
    """Median rates; without the two that only read, beside which nothing else would be seen."""
    names = [one.name for one in SYSTEMS if one.sums]
    rates = {name: [lap.rate for lap in laps if lap.system == name] for name in names}
    medians = {name: statistics.median(own) for name, own in rates.items() if own}
    return bars("Records a second", medians, [name for name in names if name.startswith("harmwatch")])


def latency_table(measured: Sequence[Latency]) -> str:
    """Percentiles in milliseconds."""
    head = "| load | alerts | p50 | p99 | p99.9 | highest |\n|---|---|---|---|---|---|"
    rows = [
        f"| {f'{one.rate:,} records/s' if one.rate else 'expiries, from the instant they are due'} "
        f"| {len(one.milliseconds):,} | {one.at(0.5):.1f} | {one.at(0.99):.1f} | {one.at(0.999):.1f} "
        f"| {one.milliseconds[-1]:.1f} |"
        for one in measured
    ]
    return "\n".join([head, *rows])


def latency_chart(measured: Sequence[Latency]) -> str:
    """Percentiles over the load."""
    loaded = [one for one in measured if one.rate]
    series = {
        name: [(float(one.rate), one.at(share)) for one in loaded]
        for name, share in (("p50", 0.5), ("p99", 0.99), ("p99.9", 0.999))
    }
    return lines("Milliseconds from record to alert, over records a second", series, "ms")


def rows_table(measured: LookingBack) -> str:
    """Looks back over rows."""
    head = f"| {measured.rows:,} rows of {measured.people:,} people, {measured.megabytes:,.0f} MB | processor, s |"
    return "\n".join([head, "|---|---|", *(f"| {name} | {took:.1f} |" for name, took in measured.seconds.items())])


def store_table(costs: Sequence[Cost]) -> str:
    """The store alone."""
    head = (
        "| London | records a run | one offender's share of all records | first year: records/s "
        "| server µs per record: orders, values, the script | bytes per offence | one expiry a record: records/s "
        "| server µs per record: orders, values, the script |\n"
        "|---|---|---|---|---|---|---|---|"
    )
    rows = [
        f"| {one.scale:g} times | {one.run_records:,} | {one.hot_share:.0%} | {_phase(one.first_year)} "
        f"| {one.bytes_per_offence:.0f} | {_phase(one.steady)} |"
        for one in costs
    ]
    return "\n".join([head, *rows])


def _phase(phase: Phase) -> str:
    script = phase.cpu_us - phase.orders_us - phase.values_us
    return f"{phase.rate:,.0f} | {phase.cpu_us:.1f}: {phase.orders_us:.1f}, {phase.values_us:.1f}, {script:.1f}"


def growth_chart(costs: Sequence[Cost]) -> str:
    """Rates over the size."""
    plain = [one for one in costs if not one.hot_share and one.run_records == MOST_RECORDS_A_RUN]
    series = {
        "first year": [(one.scale, one.first_year.rate) for one in plain],
        "steady": [(one.scale, one.steady.rate) for one in plain],
    }
    return lines("The store alone: records a second, over the size of London", series, "records/s")


def shapes_table(lives: Sequence[Life]) -> str:
    """What one worker makes of inputs of every shape, and how a board comes back."""
    head = (
        "| input | records | records/s | processor µs per record: worker, store, broker | worker's memory, MB "
        "| store, bytes per record, per person | rebuilt from nothing, s | verified, s | replayed, s | right |\n"
        "|---|---|---|---|---|---|---|---|---|---|"
    )
    rows = [
        f"| {life.name} | {life.records:,} | {life.rate:,.0f} | {_processor([life])} "
        f"| {life.costs.memory_bytes / _MB:.0f} | {life.store_bytes / life.records:.0f}, "
        f"{life.store_bytes / life.persons:.0f} | {life.rebuild_seconds:.1f} | {life.verify_seconds:.1f} "
        f"| {life.replay_seconds:.1f} | {'yes' if life.right else 'NO'} |"
        for life in lives
    ]
    return "\n".join([head, *rows])


def shapes_chart(lives: Sequence[Life]) -> str:
    """What a record costs a board that is loaded, rebuilt, verified and replayed, by the records in it."""
    series = {
        "loaded": [(float(life.records), 1e6 / life.rate) for life in lives],
        "rebuilt": [(float(life.records), life.rebuild_seconds / life.records * 1e6) for life in lives],
        "verified": [(float(life.records), life.verify_seconds / life.records * 1e6) for life in lives],
        "replayed": [(float(life.records), life.replay_seconds / life.records * 1e6) for life in lives],
    }
    return lines("Microseconds a record, over the records of the board", series, "µs")


def pairs_table(pairs: Sequence[Pair]) -> str:
    """Of each input the median and spread of its rates, and of its ratios to the laps beside it."""
    head = (
        "| input | records | records/s: median, lowest to highest "
        "| against the rate at scale 1 right before and after it: median, lowest to highest "
        "| processor µs per record: worker, store, broker | at scale 1 beside it |\n"
        "|---|---|---|---|---|---|"
    )
    rows = [
        _pairs_row([pair for pair in pairs if pair.other.system == name])
        for name in dict.fromkeys(pair.other.system for pair in pairs)
    ]
    return "\n".join([head, *rows])


def _pairs_row(pairs: Sequence[Pair]) -> str:
    others = [pair.other for pair in pairs]
    rates, ratios = [lap.rate for lap in others], [pair.ratio for pair in pairs]
    return (
        f"| {others[0].system} | {others[0].records:,} "
        f"| {statistics.median(rates):,.0f}, {min(rates):,.0f} to {max(rates):,.0f} "
        f"| {statistics.median(ratios):.2f}, {min(ratios):.2f} to {max(ratios):.2f} "
        f"| {_processor(others)} | {_processor([lap for pair in pairs for lap in pair.once])} |"
    )


def memory_chart(lives: Sequence[Life]) -> str:
    """What store and worker hold, by the records of the board."""
    series = {
        "store": [(float(life.records), life.store_bytes / _MB) for life in lives],
        "worker": [(float(life.records), life.costs.memory_bytes / _MB) for life in lives],
    }
    return lines("Memory, over the records of the board", series, "MB")


def recovery_table(rebuilt: Sequence[Rebuilt]) -> str:
    """How a board comes back from a journal as it is in service."""
    head = (
        "| worker of | days in service, partitions, activations | entries | closed for, s | entries/s "
        "| calls of the store per entry | processor µs per entry: worker, store, broker | worker's memory, MB |\n"
        "|---|---|---|---|---|---|---|---|"
    )
    return "\n".join([head, *map(recovery_row, rebuilt)])


def recovery_row(one: Rebuilt) -> str:
    """One row of it."""
    served, costs = one.served, one.costs
    used = (costs.worker_seconds, costs.store_seconds, costs.broker_seconds)
    return (
        f"| {one.tree} | {served.days:,}, {served.partitions}, {served.activations} | {one.entries:,} "
        f"| {one.seconds:.1f} | {one.rate:,.0f} | {one.calls / one.entries:.2f} "
        f"| {', '.join(f'{each / one.entries * 1e6:.0f}' for each in used)} | {costs.memory_bytes / _MB:.0f} |"
    )


def delivery_table(measured: Sequence[Measured]) -> str:
    """What was measured of deliveries, one row each."""
    head = "| what | | processor µs per webhook: deliverer, broker |\n|---|---|---|"
    return "\n".join([head, *map(delivery_row, measured)])


def delivery_row(one: Measured) -> str:
    """One row of it."""
    used = "-"
    if one.webhooks:
        used = ", ".join(f"{each / one.webhooks * 1e6:.0f}" for each in (one.deliverer_seconds, one.broker_seconds))
    return f"| {one.what} | {one.figure} | {used} |"

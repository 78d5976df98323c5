"""What the race says: a table, with ratios pair by pair within each turn."""

import statistics

from bench.contestants import Contestant
from bench.race import Lap

_OURS = "harmwatch, 1 worker"


def table_of(laps: list[Lap], contestants: list[Contestant]) -> str:
    """Median and spread of the rates, the ratio of harmwatch to each, processor time, and what is not done."""
    lines = [
        "| contestant | records/s, median | lowest to highest | harmwatch, 1 worker, is so many times as fast "
        "| processor s per million records | right | what it does not do |",
        "|---|---|---|---|---|---|---|",
    ]
    ours = [lap.rate for lap in laps if lap.contestant == _OURS]
    for contestant in contestants:
        own = [lap for lap in laps if lap.contestant == contestant.name]
        if own:
            lines.append(_row(contestant, own, ours))
    return "\n".join(lines)


def _row(contestant: Contestant, laps: list[Lap], ours: list[float]) -> str:
    rates = [lap.rate for lap in laps]
    ratios = [mine / theirs for mine, theirs in zip(ours, rates, strict=False)]
    cpu = statistics.median(lap.cpu_seconds / lap.records * 1e6 for lap in laps)
    ratio = f"{statistics.median(ratios):.2f}" if ratios else "-"
    right = "yes" if all(lap.right for lap in laps) else "NO"
    return (
        f"| {contestant.name}: {contestant.does} | {statistics.median(rates):,.0f} | {min(rates):,.0f} to "
        f"{max(rates):,.0f} | {ratio} | {cpu:.1f} | {right} | {contestant.does_not} |"
    )

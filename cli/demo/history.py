"""What the demo is shown with: a synthetic year, or a file of one's own, cut into a baseline and what comes live."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cli.intake.refused_rows import RefusedRows
from cli.intake.simulate import simulated
from intake.intake import Intake
from intake.mapping.file import load_mapping
from intake.mapping.rules import Mapping
from models.errors import PreconditionFailed
from models.instants import format_instant, parse_instant
from runtime.settings import Settings

_FAST_SHARE, _SEED = 0.1, 1
_BASELINE_AT = "2024-11-01T00:00:00Z"
_BASELINE_SHARE = 10 / 12
_FEWEST_FOR_A_BASELINE = 1_000

Record = tuple[bytes, bytes]
"""Key and value."""


@dataclass(frozen=True, slots=True)
class History:
    """Records in the order in which they are sent; those before `live_from` come first, without alerts."""

    title: str
    live_title: str
    records: Sequence[Record]
    live_from: int
    alerts_after: str


def synthetic_history(settings: Settings, *, fast: bool) -> History:
    """A year of the synthetic London, ten months of it as baseline. Raises WrongUse as `simulated` does."""
    lines = list(simulated(settings, 1, _FAST_SHARE if fast else 1.0, _SEED))
    reports = [json.loads(line) for line in lines]
    return History(
        title=f"A synthetic London: {len(lines):,} records of a year on one partition, ten months of it as baseline.",
        live_title="the last two months of the year, as they happen",
        records=[(str(report["offender_id"]).encode(), line) for report, line in zip(reports, lines, strict=True)],
        live_from=sum(report["recorded_at"] < _BASELINE_AT for report in reports),
        alerts_after=_BASELINE_AT,
    )


def history_of_file(file: str, mapping: Path | None, *, fast: bool) -> History:
    """The good lines of a file; ten twelfths are the baseline, of a small file nothing.

    Raises WrongUse for a file or mapping that does not fit, PreconditionFailed when no line can be sent.
    """
    good = _good_lines(file, load_mapping(mapping) if mapping else None)
    records = good[: max(1, round(len(good) * _FAST_SHARE))] if fast else good
    if not records:
        raise PreconditionFailed(
            f"{file} has no line that can be sent: docs/mapping.md tells how to write a mapping for it"
        )
    live_from = round(len(records) * _BASELINE_SHARE) if len(records) >= _FEWEST_FOR_A_BASELINE else 0
    baseline = f", {live_from:,} of them as baseline" if live_from else ""
    return History(
        title=f"{file}: {'the first ' if fast else ''}{len(records):,} records on one partition{baseline}.",
        live_title=f"the last {len(records) - live_from:,} records of {file}",
        records=records,
        live_from=live_from,
        alerts_after=_latest(records[:live_from]) if live_from else "",
    )


def _good_lines(file: str, rules: Mapping | None) -> list[Record]:
    """What can be sent of a file; the other lines are named."""
    good: list[Record] = []
    with RefusedRows() as refused:
        for line in Intake([Path(file)], rules, time.time_ns() // 1000, unchecked=False):
            if line.value is None or line.key is None:
                refused.add(line)
            else:
                good.append((line.key, line.value))
    return good


def _latest(records: Sequence[Record]) -> str:
    return format_instant(max(parse_instant(json.loads(value)["recorded_at"]) for _, value in records))

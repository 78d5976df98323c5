"""The trend: what each `make bench-quick` found, one line a run, ratios within that run alone."""

import json
import statistics
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.race import Lap

HISTORY = Path("bench/history.jsonl")
_SHOWN = 8


def note(laps: Sequence[Lap], ours: str) -> str:
    """Adds a line for these laps to the history; answers the newest lines as a table."""
    rates = {name: [lap.rate for lap in laps if lap.system == name] for name in {lap.system for lap in laps}}
    mine = rates.pop(ours, [])
    ratios = {
        name: round(statistics.median(own / other for own, other in zip(mine, theirs, strict=False)), 3)
        for name, theirs in sorted(rates.items())
        if mine
    }
    line = {
        "on": datetime.now(UTC).date().isoformat(),
        "commit": _commit(),
        "records_per_second": round(statistics.median(mine)) if mine else None,
        "times_as_fast_as": ratios,
    }
    with HISTORY.open("a", encoding="utf-8") as history:
        history.write(json.dumps(line) + "\n")
    return table([json.loads(text) for text in HISTORY.read_text("utf-8").splitlines()[-_SHOWN:]])


def table(lines: Sequence[Mapping[str, object]]) -> str:
    """Oldest first; ratios can be compared from line to line, rates only on one machine."""
    names = sorted({name for line in lines for name in _ratios(line)})
    head = "| on | commit | records/s | " + " | ".join(f"times as fast as {name}" for name in names) + " |"
    rows = [
        f"| {line['on']} | {line['commit']} | {line['records_per_second']} | "
        + " | ".join(str(_ratios(line).get(name, "-")) for name in names)
        + " |"
        for line in lines
    ]
    return "\n".join([head, "|---" * (3 + len(names)) + "|", *rows])


def _ratios(line: Mapping[str, object]) -> Mapping[str, float]:
    found = line["times_as_fast_as"]
    return found if isinstance(found, dict) else {}


def _commit() -> str:
    asked = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return asked.stdout.strip() or "unknown"

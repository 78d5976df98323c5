"""A file of outcomes, one JSON line per run, to which several invocations of the harness add."""

import json
from collections.abc import Iterable
from pathlib import Path

from tests.crash.play import Outcome
from tests.crash.rows import Row
from tests.crash.verdict import Verdict

Played = tuple[Row, Outcome]


def keep(path: Path, row: Row, outcome: Outcome) -> None:
    """Adds one run; what stands in the file already stays."""
    verdict = outcome.verdict
    line = {
        "row": row.name,
        "seed": outcome.seed,
        "lost": verdict.lost,
        "doubled": verdict.doubled,
        "wrong": verdict.wrong,
        "faults": verdict.faults,
        "recovered_seconds": outcome.recovered_seconds,
    }
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


def read_kept(path: Path, matrix: Iterable[Row]) -> list[Played]:
    """Every run in the file, also a repeated one, in the order of the matrix; LookupError names a row it has not."""
    rows = list(matrix)
    found: dict[str, list[Played]] = {row.name: [] for row in rows}
    by_name = {row.name: row for row in rows}
    for text in path.read_text("utf-8").splitlines():
        line = json.loads(text)
        if line["row"] not in by_name:
            raise LookupError(f"{path}: the matrix has no row {line['row']}")
        verdict = Verdict(line["lost"], line["doubled"], line["wrong"], line["faults"])
        outcome = Outcome(line["seed"], verdict, line["recovered_seconds"])
        found[line["row"]].append((by_name[line["row"]], outcome))
    return [played for together in found.values() for played in together]

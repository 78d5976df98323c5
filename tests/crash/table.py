"""docs/reliability.md: what the harness has found, row by row."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median

from tests.crash.outcomes import Played
from tests.crash.play import RECORDS, Outcome
from tests.crash.rows import Row

_HEAD = """# Reliability

What happens when something dies, as `make crash` last found it. This file is its output; do not edit it.

Every run has a board of its own on a real Kafka and a real Valkey, two workers (clock `event`) or three (clock `wall`)
on 3 partitions, and a seeded stream of {records} records with corrections, withdrawals, duplicates, bad records and
windows that end. Something happens in the middle; every process that ended is restarted; at the end the run is judged:

- **lost**: records in no run of the journal, missing entries, alerts or dead letters;
- **doubled**: records in two runs, entries, alerts or dead letters that stand twice;
- **wrong**: a board that is not the brute-force oracle's, a band that the alerts do not tell of, a difference that
  `harmwatch verify --redis` finds, an acknowledged offset that was not applied, a board that is not idle after 90 s,
  a worker that does not end within 5 s of SIGTERM.

Time to recover is from the disturbance until everything that was sent is applied and published. It includes the time
that the disturbance itself lasts, the rest of the stream, and up to 6 s, the session as shipped, until Kafka takes a
dead worker for dead. `stop` is SIGSTOP for one and a half sessions, then SIGCONT.

Around `foreign-records`, `one-of-three-brokers`, `secured-cluster`, `valkey-away-longer-than-the-interval` and what
follows on `standby` somebody is killed -9 every few seconds. In the rows with an interval Kafka's client may leave its
group after 5 s without a fetch; as shipped it never does. A foreign record counts nothing, and `harmwatch verify` must
name each of them and nothing else. After `journal-made-anew` nothing may recover: every worker, and every one that is
started in its stead, ends with exit code 1 and the reason, and no alert and no number of the old journal comes twice.
Under `dead-letters-larger-than-memory` a worker that needs more than the `MemoryMax` of the shipped unit is killed.
In `secured-cluster` three brokers and the store let workers in by TLS, logins and the rights of `deploy/` alone. A
broker stands still for 20 s; then the worker's passwords are replaced, the store's certificate with its CA, and those
of the brokers, each of which is killed -9 for that.

The points are those of `runtime/crash_points.py`. To repeat one run of a row:
`make crash ROWS='^NAME$' RUNS=1 SEED=N`; seeds go from {seed} on.

{runs} runs: {lost} lost, {doubled} doubled, {wrong} wrong.

| row (NAME) | clock | runs | lost | doubled | wrong | recovered after: median | worst |
|---|---|---|---|---|---|---|---|
"""


NIGHTS = "## Nights at the desk"
"""What stands behind the table is `tests.crash.nights`', and stays."""

_LINE = re.compile(r"^\| `(?P<row>\S+)` \| \w+ \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|")


def write_report(path: Path, played: Sequence[Played], matrix: Iterable[Row]) -> None:
    """The table of all runs, in the order of the matrix; a row that was not played keeps the line that it has."""
    rows: dict[str, tuple[Row, list[Outcome]]] = {}
    for row, outcome in played:
        rows.setdefault(row.name, (row, []))[1].append(outcome)
    lines = _kept(path) | {name: _line(row, outcomes) for name, (row, outcomes) in rows.items()}
    lines = {row.name: lines[row.name] for row in matrix if row.name in lines}
    runs, lost, doubled, wrong = (sum(column) for column in zip(*map(_figures, lines.values()), strict=True))
    seed = min(outcome.seed for _, outcome in played)
    head = _HEAD.format(records=RECORDS, seed=seed, runs=runs, lost=lost, doubled=doubled, wrong=wrong)
    nights = path.read_text("utf-8").partition(NIGHTS)[1:] if path.exists() else ("", "")
    path.write_text(head + "".join(lines.values()) + (f"\n{''.join(nights)}" if nights[0] else ""), "utf-8")


def _kept(path: Path) -> dict[str, str]:
    """The line of each row that the report has already."""
    lines = path.read_text("utf-8").splitlines(keepends=True) if path.exists() else []
    return {found["row"]: line for line in lines if (found := _LINE.match(line))}


def _figures(line: str) -> list[int]:
    """Runs, lost, doubled, wrong."""
    found = _LINE.match(line)
    assert found is not None, line
    return [int(figure) for figure in found.groups()[1:]]


def _sums(outcomes: Sequence[Outcome]) -> dict[str, int]:
    return {
        "lost": sum(outcome.verdict.lost for outcome in outcomes),
        "doubled": sum(outcome.verdict.doubled for outcome in outcomes),
        "wrong": sum(outcome.verdict.wrong for outcome in outcomes),
    }


def _line(row: Row, outcomes: Sequence[Outcome]) -> str:
    sums, seconds = _sums(outcomes), [outcome.recovered_seconds for outcome in outcomes]
    return (
        f"| `{row.name}` | {row.clock} | {len(outcomes)} | {sums['lost']} | {sums['doubled']} | {sums['wrong']} "
        f"| {median(seconds):.1f} s | {max(seconds):.1f} s |\n"
    )

"""`make crash`: plays the matrix and writes docs/reliability.md."""

import argparse
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import nullcontext
from pathlib import Path

from embedded.cluster import Cluster
from embedded.stack import Stack
from tests.crash.outcomes import Played, keep, read_kept
from tests.crash.play import Outcome
from tests.crash.rows import Row, matrix
from tests.crash.secured import SecuredCluster
from tests.crash.table import write_report
from tests.crash.verdict import Verdict


def main() -> int:
    """0 when every run was clean."""
    options = _options()
    rows = [row for row in matrix() if re.search(options.rows, row.name)]
    if options.list:
        sys.stdout.write("".join(f"{row.name}\n" for row in rows))
        return 0
    played: list[Played] = []
    begun_at, total = time.monotonic(), len(rows) * options.runs
    for row, outcome in _play(rows, options):
        played.append((row, outcome))
        if options.into is not None:
            keep(options.into, row, outcome)
        _say(f"{len(played)}/{total} {row.name} seed {outcome.seed} {outcome.recovered_seconds:.1f} s", outcome.verdict)
    if options.report is not None:
        write_report(options.report, read_kept(options.into, matrix()) if options.into else played, matrix())
    unclean = sum(not outcome.verdict.clean for _, outcome in played)
    sys.stdout.write(f"{len(played)} runs, {unclean} not clean, {time.monotonic() - begun_at:.0f} s\n")
    return 1 if unclean else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("--rows", default="", help="only rows whose name this regular expression finds")
    parser.add_argument("--runs", type=int, default=8, help="runs per row; 0: only --report")
    parser.add_argument("--seed", type=int, default=1, help="of the first run of each row; the next has the next")
    parser.add_argument("--at-once", type=int, default=3, help="runs at the same time on one stack")
    parser.add_argument("--into", type=Path, help="a file to which every run's outcome is added (JSON Lines)")
    parser.add_argument("--report", type=Path, help="the file of the table, in which other rows stay; of all of --into")
    parser.add_argument("--list", action="store_true", help="only name the rows")
    options = parser.parse_args()
    if not options.runs and not options.into:
        parser.error("without --into there is nothing to report of 0 runs")
    return options


def _play(rows: Iterable[Row], options: argparse.Namespace) -> Iterator[Played]:
    jobs = [(row, seed) for seed in range(options.seed, options.seed + options.runs) for row in rows]
    if not jobs:
        return
    folder = Path(tempfile.mkdtemp(prefix="crash-"))
    _say(f"logs of the workers: {folder}")
    with Stack() as stack:
        with ThreadPoolExecutor(options.at_once) as pool:
            shared = [job for job in jobs if not (job[0].alone or job[0].clustered)]
            together = {pool.submit(_once, row, stack, seed, folder): row for row, seed in shared}
            for done in as_completed(together):
                yield together[done], done.result()
        for row, seed in jobs:
            if row.alone:
                yield row, _once(row, stack, seed, folder)
        clustered = [job for job in jobs if job[0].clustered and not job[0].secured]
        with Cluster() if clustered else nullcontext() as cluster:
            for row, seed in clustered:
                yield row, _once(row, stack, seed, folder, cluster)
        secured = [job for job in jobs if job[0].secured]
        with SecuredCluster(folder) if secured else nullcontext() as behind_tls:
            for row, seed in secured:
                yield row, _once(row, stack, seed, folder, behind_tls)


def _once(row: Row, stack: Stack, seed: int, folder: Path, cluster: Cluster | None = None) -> Outcome:
    """A run that the harness itself fails in is not clean."""
    place = folder / f"{row.name}-{seed}"
    place.mkdir()
    try:
        return row.run(stack, seed, place, cluster=cluster)
    except Exception as error:
        verdict = Verdict()
        verdict.blame(f"the run broke: {error!r}")
        return Outcome(seed, verdict, 0.0)


def _say(line: str, verdict: Verdict | None = None) -> None:
    faults = "".join(f"\n    {fault[:600]}" for fault in verdict.faults) if verdict else ""
    sys.stdout.write(f"{line}{faults}{os.linesep}")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())

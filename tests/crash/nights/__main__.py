"""`python -m tests.crash.nights`: nights at a desk of real processes that die; 1 where one was not clean."""

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

from embedded.stack import Stack
from tests.crash.nights.deaths import DEATHS
from tests.crash.nights.play import Outcome, Play
from tests.crash.nights.section import keep, read_kept, write_section


def deaths_of(seed: int, count: int) -> list[str]:
    """Of a night: the nights from 1 on go round through all that can die, each in an order of its own."""
    names = list(DEATHS)
    chosen = [names[(seed * count + at) % len(names)] for at in range(count)]
    Random(seed).shuffle(chosen)
    return chosen


def main() -> int:
    """Prints what was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash.nights", description=__doc__)
    parser.add_argument("--nights", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1, help="of the first night; the next has the next")
    parser.add_argument("--deaths", type=int, default=6, help="in one night")
    parser.add_argument("--into", type=Path, help="a file to which every night is added (JSON Lines)")
    parser.add_argument("--report", type=Path, help="the file whose section is written, of all of --into")
    given = parser.parse_args()
    played = list(_nights(given))
    if given.report is not None:
        write_section(given.report, read_kept(given.into) if given.into else played)
    done = sum((each.done for each in played), Counter[str]())
    _say(f"{len(played)} nights, {sum(len(each.deaths) for each in played)} deaths, {sum(done.values())} actions taken")
    unclean = sum(bool(each.faults) for each in played)
    _say(f"{unclean} not clean")
    return 1 if unclean else 0


def _nights(given: argparse.Namespace) -> Iterator[Outcome]:
    """One after the other."""
    if not given.nights:
        return
    folder = Path(tempfile.mkdtemp(prefix="nights-"))
    _say(f"logs: {folder}")
    with Stack() as stack:
        for seed in range(given.seed, given.seed + given.nights):
            (place := folder / str(seed)).mkdir()
            outcome = _once(stack, place, seed, given.deaths)
            if given.into is not None:
                keep(given.into, outcome)
            _say(in_words(outcome))
            yield outcome


def _once(stack: Stack, folder: Path, seed: int, count: int) -> Outcome:
    """A night that the harness itself fails in is not clean."""
    deaths = deaths_of(seed, count)
    try:
        return Play(stack, folder, seed, deaths, _say).run()
    except Exception as error:
        return Outcome(seed, tuple(deaths), [f"the night broke: {error!r}"])


def in_words(outcome: Outcome) -> str:
    """What a night came to."""
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(outcome.done.items()))
    told = f"night {outcome.seed}: {outcome.sent} actions in {outcome.requests} requests, taken: {kinds}; "
    told += f"{outcome.decisions} decisions, {outcome.lapses} lapses, {outcome.packs} desks compared, "
    told += f"{len(outcome.faults)} faults, {outcome.seconds:.0f} s"
    return "\n".join([told, *(f"    {fault[:600]}" for fault in outcome.faults)])


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())

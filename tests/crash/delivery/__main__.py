"""`python -m tests.crash.delivery`: subscribers that hang, refuse or lie, and kills; 1 where a log is not whole."""

import argparse
import asyncio
import sys
import tempfile
from dataclasses import fields
from pathlib import Path

from embedded.stack import Stack
from tests.crash.delivery.play import Play, Size, at


def main() -> int:
    """Prints what was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash.delivery", description=__doc__)
    for one in fields(Size):
        parser.add_argument(f"--{one.name.replace('_', '-')}", type=int, default=one.default)
    parser.add_argument("--seed", type=int, default=1)
    given = vars(parser.parse_args())
    seed, size = given.pop("seed"), Size(**given)
    folder = Path(tempfile.mkdtemp(prefix="crash-"))
    _say(f"{size}, seed {seed}; the log: {folder / 'deliver.log'}")
    with Stack() as stack:
        outcome = asyncio.run(Play(stack, folder, size, seed, _say).run())
    without, beside = (at(0.99, values) for values in (outcome.without, outcome.beside))
    _say(f"{outcome.requests:,} requests, {outcome.receipts:,} receipts, {outcome.repeats:,} came again")
    _say(f"p99 of the healthy: {without:.0f} ms without the sick, {beside:.0f} ms beside them: {beside / without:.2f}")
    faults = [*outcome.faults, *filter(None, [outcome.hindrance])]
    _say("".join(f"{fault}\n" for fault in faults) + f"{len(faults)} faults, {outcome.seconds:.0f} s")
    return 1 if faults else 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())

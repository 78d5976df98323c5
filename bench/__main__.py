"""`python -m bench`: the race, and what it says; `--quick` is the regression guard of CI."""

import argparse
import json
import logging
import os
import sys
import uuid
from pathlib import Path

from bench.contestants import CONTESTANTS, Contestant
from bench.inputs import LONDON, Input, fill
from bench.race import Lap, run_lap
from bench.report import table_of
from embedded.stack import Stack

CACHE = Path.home() / ".cache" / "harmwatch" / "bench"
_QUICK = ("harmwatch, 1 worker", "floor: aiokafka", "Quix Streams, sum")


def main() -> int:
    """1 when a contestant, harmwatch included, came to a wrong result."""
    given = _arguments()
    logging.disable(logging.WARNING)
    CACHE.mkdir(parents=True, exist_ok=True)
    chosen = [one for one in CONTESTANTS if not given.only or any(word in one.name for word in given.only)]
    if given.quick:
        chosen = [one for one in CONTESTANTS if one.name in _QUICK]
    with Stack(None, _say) as stack:
        os.environ.update(stack.environment())
        laps = _race(chosen, given.records, given.repeat)
    sys.stdout.write(table_of(laps, chosen) + "\n")
    if given.json:
        given.json.write_text(json.dumps(_document(laps), indent=1) + "\n", "utf-8")
    return 0 if all(lap.right for lap in laps) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("bench")
    parser.add_argument("--records", type=int, default=2 * LONDON, help="of the synthetic London")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--only", nargs="*", help="contestants whose name holds one of these words")
    parser.add_argument("--quick", action="store_true", help="harmwatch, the floor and Quix alone")
    parser.add_argument("--json", type=Path, help="write every lap to this file")
    return parser.parse_args()


def _race(chosen: list[Contestant], records: int, repeat: int) -> list[Lap]:
    """Everybody in turn, then again: what slows the machine for a while slows all of them."""
    shared = fill(_prefix(), records, CACHE)
    laps = []
    for turn in range(repeat):
        for contestant in chosen:
            _say(f"turn {turn + 1} of {repeat}: {contestant.name}")
            laps += _lap(contestant, shared, records)
    return laps


def _lap(contestant: Contestant, shared: Input, records: int) -> list[Lap]:
    own = fill(_prefix(), records, CACHE, contestant.workers) if contestant.workers else shared
    try:
        lap = run_lap(contestant, own)
    except RuntimeError as error:
        _say(str(error))
        return []
    _say(f"  {lap.rate:,.0f} records/s{'' if lap.right else ', WRONG RESULT'}")
    return [lap]


def _document(laps: list[Lap]) -> list[dict[str, object]]:
    return [
        {"contestant": lap.contestant, "records": lap.records, "seconds": lap.seconds, "cpu_seconds": lap.cpu_seconds}
        for lap in laps
    ]


def _prefix() -> str:
    return f"bench-{uuid.uuid4().hex[:8]}-"


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main())

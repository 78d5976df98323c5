"""What a look back costs over the rows of a board of any size, in one process: between snapshots Kafka is not asked.

A year of a London. LaterChanges its snapshot as much has happened as ever does before the next one.
"""

import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from heapq import nsmallest
from pathlib import Path

from audit.snapshots.builder import EVERY, FIRST
from audit.snapshots.file import SnapshotFile
from audit.snapshots.past_board import LaterChanges, PastBoard
from audit.snapshots.row import KnownContribution, person_of, row_of
from audit.snapshots.snapshot import Interval, Snapshot
from bench.store_alone import OFFENDERS, REPORTS
from models.clock import ClockMode
from models.contribution import Contribution, Step, Weight
from models.instants import DAY, SECOND
from scoring.person import RankKey
from scoring.resumed_engine import EngineState

_AS_OF = 1_700_000_000 * SECOND
_AT = _AS_OF + DAY
_WEIGHTS = [Weight("code", (Step(730 * DAY, 1_000 * worth),)) for worth in (1, 5, 20, 80, 182, 730, 1_500, 2_500)]
_PEOPLE_AT_ONCE = 10_000
_QUESTIONS: dict[str, Callable[[PastBoard], object]] = {
    "the first 100": lambda then: then.board(100),
    "the first 30,000": lambda then: then.board(30_000),
    "one person behind the 50,000th, for whose rank everybody's rows are read": lambda then: then.offender(_who(0)),
    "the first 60,000, for which everybody's rows are read": lambda then: then.board(60_000),
}


@dataclass(frozen=True, slots=True)
class LookingBack:
    """Processor seconds of each question over so many rows of so many people; `megabytes` of their file."""

    rows: int
    people: int
    megabytes: float
    seconds: dict[str, float]


def measure_looking_back(scale: float) -> LookingBack:
    """Over a London so many times its size."""
    people, chance = round(OFFENDERS * scale), random.Random(1)
    with tempfile.TemporaryDirectory() as folder, SnapshotFile(Path(folder) / "snapshots.sqlite") as file:
        filled = _fill(file, people, round(REPORTS * scale), chance)
        news = [_contribution(chance.randrange(people), 2, number, chance) for number in range(EVERY)]
        file.add(filled, Interval(0, 1, "", 1, _AS_OF, [], []), [row_of(one, 1, n) for n, one in enumerate(news)])
        since = LaterChanges(2, Counter(one.item.offender_id.encode() for one in news), {}, {})
        seconds = {name: _seconds(file, since, ask) for name, ask in _QUESTIONS.items()}
        return LookingBack(filled.contributions + EVERY, people, file.path.stat().st_size / 1e6, seconds)


def _fill(file: SnapshotFile, people: int, reports: int, chance: random.Random) -> Snapshot:
    """Rows of everybody; the snapshot behind them is written by whoever knows what came next."""
    contributions, keys, snapshot = 0, list[RankKey](), _snapshot(0, [], 0)
    for first in range(0, people, _PEOPLE_AT_ONCE):
        rows = []
        for number in range(first, min(people, first + _PEOPLE_AT_ONCE)):
            own = [_contribution(number, 1, n, chance) for n in range(1 + _more(chance, reports / people - 1))]
            rows += [row_of(one, 1, place) for place, one in enumerate(own)]
            person = person_of(own, _AS_OF)
            keys += [person.standing_key] if person is not None and person.standing_key is not None else []
        contributions += len(rows)
        file.add(snapshot, Interval(0, 1, "", 1, _AS_OF, [], []), rows)
    return _snapshot(contributions, nsmallest(FIRST, keys), len(keys))


def _more(chance: random.Random, mean: float) -> int:
    """Few have many."""
    return int(chance.expovariate(1 / mean) + 0.5)


def _snapshot(contributions: int, order: list[RankKey], ranked: int) -> Snapshot:
    state = EngineState(100, 120, ClockMode.EVENT, None, None, {0: contributions}, _AS_OF, 1, 0, {})
    return Snapshot("", 1, [{}], contributions, state, ranked, order, 0, [])


def _who(number: int) -> str:
    return f"s{number:011}"


def _contribution(who: int, entry: int, number: int, chance: random.Random) -> KnownContribution:
    at = _AS_OF - chance.randrange(365) * DAY if entry == 1 else _AS_OF + number
    return KnownContribution(entry, at, Contribution(
        offset=0, event_id="", kind="", offender_id=_who(who), offence_id=f"c{entry}{number:09}", revision=1,
        recorded_at=at, reported_at=at, anchor_at=at, weight=chance.choice(_WEIGHTS),
    ))  # fmt: skip


def _seconds(file: SnapshotFile, since: LaterChanges, ask: Callable[[PastBoard], object]) -> float:
    begun_at, snapshot = time.process_time(), file.newest(_AT)
    if snapshot is not None:
        ask(PastBoard(file, snapshot, since, _AT))
    return time.process_time() - begun_at

"""A board asked at moments of its history: with snapshots, and by the reference engine."""

import random
from pathlib import Path
from typing import Any

from audit.history.history_replay import HistoryReplay
from audit.snapshots.builder import FIRST
from audit.snapshots.file import SnapshotFile
from audit.snapshots.snapshots import Snapshots
from broker.reader import OpenReader
from cli.audit.snapshots import KnownBoard
from models.errors import Unproved
from models.instants import Micros, parse_instant
from tests.audit.golden.history import golden_histories

WHOLE = 10_000
EVERY = 60
GOLDEN = golden_histories()[-1]


def build(open_reader: OpenReader, folder: Path, every: int = EVERY, first: int = FIRST) -> Snapshots:
    """Snapshots as the command builds them."""
    folder.mkdir(exist_ok=True)
    snapshots = Snapshots(open_reader, folder)
    with SnapshotFile(snapshots.path) as file:
        for _ in snapshots.builder(file, every, first).run():
            pass
    return snapshots


def by_engine(open_reader: OpenReader, at: Micros, persons: list[str]) -> Any:
    """Everything that the reference engine can say of an instant, or why it says nothing."""
    try:
        engine = HistoryReplay(open_reader).as_of(at)
    except Unproved as error:
        return str(error)
    return said_by(engine, persons)


def said_by(then: KnownBoard, persons: list[str]) -> Any:
    return then.board(WHOLE), [then.offender(name) for name in persons]


def by_snapshots(snapshots: Snapshots, at: int, persons: list[str]) -> Any:
    """The same from snapshots; None where they do not tell of it."""
    try:
        with snapshots.board_at(at) as then:
            return None if then is None else said_by(then, persons)
    except Unproved as error:
        return str(error)


def persons_in(open_reader: OpenReader) -> list[str]:
    past = HistoryReplay(open_reader)
    return [row.offender_id for row in past.as_of(None).board(WHOLE)]


def moments(open_reader: OpenReader, seed: int, count: int) -> list[Micros]:
    """Instants of and between the entries, and one outside on either side."""
    past, found = HistoryReplay(open_reader), []
    for entry in (replayed.published for replayed in past.replay.run()):
        found.append(parse_instant(entry.as_of))
    chance, low, high = random.Random(seed), found[1], found[-1]
    instants = [low - 1, high + 1, high, *chance.choices(found, k=count // 3)]
    return [Micros(at) for at in (*instants, *(chance.randint(low, high) for _ in range(count)))]


def answered_moments(seed: int, count: int) -> list[Micros]:
    """Those of the golden history of which something can be said."""
    return [at for at in moments(GOLDEN.open_reader, seed, count) if not isinstance(engine_then(at), str)]


def engine_then(at: Micros) -> Any:
    return by_engine(GOLDEN.open_reader, at, [])


def assert_the_same(open_reader: OpenReader, snapshots: Snapshots, seed: int, count: int) -> None:
    chance, persons, answered = random.Random(seed), persons_in(open_reader), 0
    for at in moments(open_reader, seed, count):
        some = [*chance.sample(persons, 5), "nobody"]
        found = by_snapshots(snapshots, at, some)
        assert found is None or found == by_engine(open_reader, at, some)
        answered += found is not None
    assert answered > count // 6  # many lie before the first report

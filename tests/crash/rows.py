"""The matrix: one row per thing that may happen and number of workers."""

from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from tempfile import mkdtemp

from embedded.cluster import Cluster
from embedded.stack import Stack
from models.clock import ClockMode
from models.topics import ALERTS, JOURNAL
from runtime.crash_points import Point
from tests.crash import brokers, floods, instants, letters, machines, recreated_journal, secured, standby, strangers
from tests.crash import disturbances as happens
from tests.crash.armed_worker import Way
from tests.crash.play import Disturbance, Ending, Outcome, nothing, play
from tests.crash.scene import ROOT, SHIPPED_SESSION_SECONDS, Scene
from tests.crash.surroundings import amid_kills

_RECOVERY = {Point.FENCED, Point.TAIL_READ, Point.REBUILDING, Point.RECOVERED}
_HIGHEST_COUNT = {Point.FENCED: 2, Point.TAIL_READ: 2, Point.REBUILDING: 12, Point.RECOVERED: 2}
_CLOCKS = {2: ClockMode.EVENT, 3: ClockMode.WALL}
"""Two workers go by the events' clock, three by the wall's, so that each row runs under both."""


@dataclass(frozen=True, slots=True)
class Row:
    """What happens (`what`), how, and to how many workers; `alone`: it befalls everybody on the stack.

    `clustered`: its Kafka is a cluster of three; `secured`: it lies behind TLS and logins, and so does the store.
    `limits` are the workers', `close` is what is awaited at the end.
    """

    what: str
    way: str
    workers: int
    point: Point | None = None
    disturb: Disturbance = nothing
    prepare: Disturbance = nothing
    alone: bool = False
    clustered: bool = False
    secured: bool = False
    limits: Mapping[str, float] = field(default_factory=dict)
    close: Ending | None = None

    @property
    def name(self) -> str:
        """As the command line takes it."""
        return "-".join((*self.what.split(), *self.way.replace(",", "").split(), str(self.workers)))

    @property
    def clock(self) -> ClockMode:
        """What moves the board's now."""
        return _CLOCKS[self.workers]

    def run(
        self,
        stack: Stack,
        seed: int,
        folder: Path,
        session_seconds: float = SHIPPED_SESSION_SECONDS,
        code: Path = ROOT,
        cluster: Cluster | None = None,
    ) -> Outcome:
        """Plays the row once; `cluster` where it is `clustered`."""
        place = Path(mkdtemp(dir=folder))
        scene = Scene(stack, seed, place, self.clock, session_seconds, code, self.limits, cluster)
        with secured.secured(scene) if self.secured else nullcontext():
            return play(scene, self.workers, self._order(seed), self.disturb, self.prepare, self.close)

    def _order(self, seed: int) -> str | None:
        """Which of the crew's comings to the point is the fatal one; there are as many at least."""
        if self.point is None:
            return None
        times = Random(seed).randint(1, _HIGHEST_COUNT.get(self.point, 4))
        return f"{self.point}:{self.way}:{times}"


def _rows(workers: int) -> Iterator[Row]:
    for point in Point:
        disturb = happens.forget_board if point in _RECOVERY else nothing
        for way in Way:
            yield Row(point, way, workers, point, disturb)
    yield Row("workers", "all killed", workers, disturb=happens.kill_all)
    yield Row("workers", "killed at random", workers, disturb=happens.kill_at_random)
    yield Row("workers", "one joins and leaves", workers, disturb=happens.rebalance)
    yield Row("workers", "rebalances and rewinds", workers, disturb=happens.rebalance_and_rewind)
    yield Row(
        "partitions", "owned by two at once", workers, prepare=machines.work_beside_the_group,
        disturb=machines.leave_the_group_alone,
    )  # fmt: skip
    yield Row("clock of one worker", "an hour ahead", workers, disturb=machines.clock_wrong_by(3_600.0))
    yield Row("clock of one worker", "an hour behind", workers, disturb=machines.clock_wrong_by(-3_600.0))
    yield Row("clock of all workers", "an hour ahead", workers, disturb=machines.clocks_wrong_by(3_600.0))
    yield Row(
        "clock of all workers", "a year behind for a while", workers,
        prepare=machines.clocks_wrong_by(-365 * 86_400.0), disturb=machines.clocks_wrong_by(0.0),
    )  # fmt: skip
    yield Row("flood on one partition", "all killed", workers, disturb=floods.flood_and(happens.kill_all))
    yield Row("flood on one partition", "board deleted", workers, disturb=floods.flood_and(happens.forget_board))
    yield Row("board", "deleted", workers, disturb=happens.forget_board)
    for middle, disturb in (("killed", happens.kill_all), ("recovered", instants.lose_the_generation)):
        yield Row("many ends at one instant", middle, workers, disturb=instants.between_two_ticks(disturb))
    yield Row("stream", "transactions aborted", workers, disturb=happens.abort_transactions)
    for codec in ("gzip", "snappy", "lz4", "zstd"):
        yield Row("stream", codec, workers, disturb=happens.compressed_with(codec))
    for topic, where in ((JOURNAL, "on the journal"), (ALERTS, "among the alerts")):
        yield Row("foreign records", where, workers, disturb=strangers.write_to(topic))
    yield Row(
        "journal",
        "made anew",
        workers,
        disturb=recreated_journal.recreate_journal,
        close=recreated_journal.await_refusals,
    )
    yield Row(
        "standby", "after the interval", workers, prepare=standby.stand_by, disturb=standby.lose_the_owners,
        limits=standby.LIMITS,
    )  # fmt: skip
    yield from _rows_alone(workers)
    yield from _rows_of_three_brokers(workers)


def _rows_of_three_brokers(workers: int) -> Iterator[Row]:
    told: list[tuple[str, Disturbance]] = [
        ("stands still 20 s", brokers.freeze_one),
        ("killed", brokers.kill_one),
        ("coordinates, killed", brokers.kill_the_coordinator),
        ("stands still, another killed", brokers.freeze_one_and_kill_another),
    ]
    for way, disturb in told:
        yield Row("one of three brokers", way, workers, disturb=amid_kills(disturb), clustered=True)
    yield Row(
        "secured cluster", "secrets and certificates replaced", workers, clustered=True, secured=True,
        disturb=amid_kills(secured.replace_everything_and_lose_brokers),
    )  # fmt: skip


def _rows_alone(workers: int) -> Iterator[Row]:
    told: list[tuple[str, str, Disturbance]] = [
        ("valkey", "FLUSHALL", happens.flush_all),
        ("valkey", "SCRIPT FLUSH", happens.flush_scripts),
        ("valkey", "killed", happens.kill_valkey),
        ("valkey", "killed, last second lost", happens.lose_the_last_second),
        ("valkey", "stands still 5 s", happens.stop_valkey),
        ("valkey", "writes paused 4 s", happens.pause_writes),
        ("valkey", "no memory left 3 s", happens.fill_memory),
        ("valkey", "READONLY 3 s", happens.refuse_writes),
        ("valkey", "disk full 3 s", machines.fill_the_stores_disk),
        ("kafka", "disk full 3 s", machines.fill_the_brokers_disk),
        ("kafka", "killed", happens.kill_kafka),
        ("kafka", "stands still 15 s", happens.stop_kafka),
        ("kafka", "away 60 s", happens.lose_kafka),
    ]
    for what, way, disturb in told:
        yield Row(what, way, workers, disturb=disturb, alone=True)
    yield Row(
        "valkey", "away longer than the interval", workers, disturb=standby.stop_the_store, alone=True,
        limits=standby.LIMITS,
    )  # fmt: skip
    yield Row("dead letters", "larger than memory", workers, disturb=letters.send_large_letters, alone=True)
    earlier: list[tuple[str, Disturbance]] = [
        ("older snapshot", happens.save_snapshot),
        ("replica that lags takes over", machines.replicate),
    ]
    for way, prepare in earlier:
        yield Row("valkey", way, workers, disturb=happens.restore_snapshot, prepare=prepare, alone=True)


def matrix() -> list[Row]:
    """Every row."""
    return [row for workers in _CLOCKS for row in _rows(workers)]

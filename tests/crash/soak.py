"""`make soak`: a fixed rate for a while, kills mixed in; memory, lag and latency must stay flat."""

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import psutil
import redis

from broker.clients import PartitionReader
from embedded.stack import Stack
from models.clock import ClockMode
from models.instants import parse_instant
from models.topics import ALERTS, topic_name
from tests.crash.play import await_published
from tests.crash.scene import Scene
from tests.crash.stream import INDEX, Sent

_OFFENCES = 3_000
"""They are corrected again and again, so that the store has no reason to grow."""

_OFFENDERS = 900
_TURN_SECONDS = 0.1
_SAMPLE_SECONDS = 1.0
_KILL_SECONDS = 20.0
_WARM_UP_SHARE = 0.2
_GROWTH = 1.10
_SLOWER_SECONDS = 1.0
_LATER = 1.5


@dataclass(slots=True)
class Series:
    """One figure over time; its first fifth is warming up."""

    values: list[float] = field(default_factory=list)

    @property
    def thirds(self) -> tuple[float, float]:
        """The medians of the first and of the last third after the warm-up."""
        warm = self.values[int(len(self.values) * _WARM_UP_SHARE) :]
        third = max(1, len(warm) // 3)
        return median(warm[:third]), median(warm[-third:])


class Soak:
    """One soak: the first worker is never killed, so that its memory can be followed."""

    def __init__(self, scene: Scene, rate: int) -> None:
        self._scene = scene
        self._rate = rate
        self._chance = random.Random(scene.seed)
        self._store = redis.Redis.from_url(scene.settings.redis)
        self._reports = self._make_reports()
        self._steady = psutil.Process(scene.crew.start().pid)
        scene.crew.start()
        self.worker_mib, self.store_mib, self.lag_seconds = Series(), Series(), Series()
        self.late_ms = Series()
        self.kills = 0

    def _make_reports(self) -> Iterator[Sent]:
        revisions = dict.fromkeys(range(_OFFENCES), 0)
        for number in range(sys.maxsize):
            offence = number if number < _OFFENCES else self._chance.randrange(_OFFENCES)
            revisions[offence] += 1
            now = datetime.now(UTC).isoformat()
            report = {
                "event_id": f"e{number}", "type": "offence.reported", "offence_id": f"o{offence}",
                "offender_id": f"p{offence % _OFFENDERS}", "revision": revisions[offence],
                "code": self._chance.choice(list(INDEX)), "occurred_at": now, "recorded_at": now,
                "reported_at": "2026-01-01T00:00:00Z", "status": "reported",
            }  # fmt: skip
            yield Sent(str(report["offender_id"]).encode(), json.dumps(report).encode(), report)

    def run(self, seconds: float) -> None:
        """Sends at the fixed rate and looks once a second; a worker is killed -9 every 20 s."""
        begun_at = sampled_at = killed_at = time.monotonic()
        with ExitStack() as closing:
            producer = self._scene.producer()
            closing.callback(producer.close)
            while (now := time.monotonic()) < begun_at + seconds:
                due = int((now - begun_at) * self._rate) - len(self._scene.sent)
                for sent in (next(self._reports) for _ in range(due)):
                    producer.send(self._scene.topic, key=sent.key, value=sent.value, partition=sent.partition)
                    self._scene.sent.append(sent)
                if now - sampled_at >= _SAMPLE_SECONDS:
                    sampled_at = now
                    self._sample()
                if now - killed_at >= _KILL_SECONDS:
                    killed_at = now
                    self._scene.crew.lose(self._scene.crew.workers[-1])
                    self.kills += 1
                self._scene.tend()
                time.sleep(_TURN_SECONDS)

    def _sample(self) -> None:
        self.worker_mib.values.append(self._steady.memory_info().rss / 2**20)
        self.store_mib.values.append(int(self._store.info("memory")["used_memory"]) / 2**20)
        position = self._scene.position()
        applied = sum(position.ledger.values()) if position else 0
        self.lag_seconds.values.append(max(0, len(self._scene.sent) - applied) / self._rate)

    def time_alerts(self) -> None:
        """How long each alert took, in milliseconds from the making of its report to its place in alerts.v1."""
        reports = {sent.report["event_id"]: sent.report for sent in self._scene.sent if sent.report is not None}
        settings = self._scene.settings
        reader = PartitionReader(settings.brokers, topic_name(settings.prefix, ALERTS), 0)
        try:
            for record in reader.read_until(reader.end()):
                cause = json.loads(record.value or b"{}")["cause"]
                made_us = parse_instant(reports[cause["event_id"]]["recorded_at"])
                self.late_ms.values.append(record.timestamp_ms - made_us / 1_000)
        finally:
            reader.close()

    def faults(self) -> list[str]:
        """What has grown."""
        faults = []
        for name, series in (("worker", self.worker_mib), ("store", self.store_mib)):
            first, last = series.thirds
            if last > first * _GROWTH:
                faults.append(f"the {name}'s memory grew from {first:.1f} to {last:.1f} MiB")
        first, last = self.lag_seconds.thirds
        if last > first + _SLOWER_SECONDS:
            faults.append(f"the lag grew from {first:.2f} to {last:.2f} s")
        first, last = self.late_ms.thirds
        if last > first * _LATER:
            faults.append(f"alerts came after {last:.0f} ms at the end, and after {first:.0f} before")
        return faults

    def figures(self) -> dict[str, Any]:
        """First and last third of each series."""
        series = {"worker_mib": self.worker_mib, "store_mib": self.store_mib}
        series |= {"lag_seconds": self.lag_seconds, "late_ms": self.late_ms}
        rounded = {name: [round(value, 2) for value in found.thirds] for name, found in series.items()}
        counts = {"records": len(self._scene.sent), "alerts": len(self.late_ms.values), "kills": self.kills}
        return counts | {"worst_lag_seconds": self.worst_lag} | rounded

    @property
    def worst_lag(self) -> float:
        """Seconds; it includes those until Kafka takes a killed worker for dead."""
        return round(max(self.lag_seconds.values), 2)


def main() -> int:
    """0 when nothing has grown and nothing was lost, doubled or wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=15.0)
    parser.add_argument("--rate", type=int, default=300, help="records a second")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with Stack() as stack:
        scene = Scene(stack, options.seed, Path(tempfile.mkdtemp(prefix="soak-")), ClockMode.WALL)
        try:
            soak = Soak(scene, options.rate)
            scene.await_open()
            soak.run(options.minutes * 60)
            await_published(scene)
            soak.time_alerts()
        finally:
            scene.crew.kill()
        faults = soak.faults() + scene.verdict.faults
    sys.stdout.write(json.dumps(soak.figures() | {"faults": faults}, indent=2) + "\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

"""How late an alert is: from the instant its record was due to be sent until it can be read from alerts.v1."""

import json
import os
import subprocess
import time
import uuid
from dataclasses import dataclass

from bench.race import BASELINES, BASELINES_PYTHON, workers
from policies.policy_file import load_policy
from runtime.settings import load_settings
from runtime.topic_creation import create_topics
from sight.look import look_once

_ALERTING_PER_SECOND = 50.0
_LONGEST_START_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds, sorted; `rate` 0: of expiries, from the instant at which they were due."""

    rate: int
    milliseconds: list[float]

    def at(self, share: float) -> float:
        """The latency that this share of the alerts did not pass."""
        return self.milliseconds[min(len(self.milliseconds) - 1, int(share * len(self.milliseconds)))]


def measure_latency(rate: int, seconds: float) -> Latency:
    """One open-loop run on a new board in wall mode with one worker. Raises RuntimeError when the load fails."""
    os.environ.update(HARMWATCH_PREFIX=f"bench-{uuid.uuid4().hex[:8]}-", HARMWATCH_CLOCK="wall")
    settings = load_settings()
    create_topics(settings, 1)
    index = load_policy(settings.policy).index
    environment = os.environ | {
        "BENCH_RATE": str(rate),
        "BENCH_SECONDS": str(seconds),
        "BENCH_ALERTING": str(min(_ALERTING_PER_SECOND, rate or 10)),
        "BENCH_GRAVE": max(index, key=lambda code: index[code]),
        "BENCH_LIGHT": min(index, key=lambda code: index[code]),
    }
    with workers(1):
        started_at = time.monotonic()
        while look_once(settings).state != "open" and time.monotonic() - started_at < _LONGEST_START_SECONDS:
            time.sleep(0.1)
        done = subprocess.run(
            [str(BASELINES_PYTHON), str(BASELINES / "open_loop.py")],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode != 0:
        raise RuntimeError(f"the load failed: {done.stderr[-2000:]}")
    return Latency(rate, sorted(json.loads(done.stdout)["latencies_ms"]))

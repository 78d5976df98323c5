"""How a system reports: from its first record to its last, and the hundred it found at the top.

Every system is a process of its own and prints one line of JSON at its end. It learns what to do from
BENCH_BROKERS, BENCH_TOPIC, BENCH_RECORDS (how many there are), BENCH_WEIGHTS (JSON file, code -> millidays)
and BENCH_REDIS.
"""

import json
import os
import time
from collections.abc import Mapping
from pathlib import Path

BROKERS = os.environ["BENCH_BROKERS"]
TOPIC = os.environ["BENCH_TOPIC"]
RECORDS = int(os.environ["BENCH_RECORDS"])
REDIS = os.environ["BENCH_REDIS"]
WEIGHTS: dict[str, int] = json.loads(Path(os.environ["BENCH_WEIGHTS"]).read_text("utf-8"))
TOP = 100


class Lap:
    """Counts records; the clock runs from the first one."""

    def __init__(self) -> None:
        self.records = 0
        self._began_at = 0.0
        self._cpu_at = 0.0

    def count(self, records: int = 1) -> bool:
        """Notes records that were worked off; True when they were the last."""
        if self.records == 0:
            self._began_at, self._cpu_at = time.monotonic(), time.process_time()
        self.records += records
        return self.records >= RECORDS

    def finish(self, sums: Mapping[str, int] | None = None) -> None:
        """Prints the result and ends the process at once: how a framework stops is not what is measured."""
        seconds, cpu = time.monotonic() - self._began_at, time.process_time() - self._cpu_at
        top = sorted((sums or {}).items(), key=lambda item: (-item[1], item[0]))[:TOP]
        document = {"records": self.records, "seconds": seconds, "cpu_seconds": cpu, "top": top}
        os.write(1, (json.dumps(document) + "\n").encode())  # Faust takes sys.stdout for its log
        os._exit(0)


def harm_of(report: Mapping[str, object]) -> int:
    """What a plain sum counts of a report: the weight of its code, whatever was reported before."""
    return WEIGHTS.get(str(report.get("code", "")), 0)

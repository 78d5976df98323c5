"""A thousand large dead letters, which together are larger than the memory that a worker may have in service."""

import json
import re
from contextlib import closing
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

from tests.crash.scene import ROOT, Scene
from tests.crash.stream import Sent

_UNIT = ROOT / "deploy" / "systemd" / "harmwatch-worker@.service"
_LETTERS = 1_000
_BETWEEN = 1.3
"""Good reports for each, so that the brake parks nothing."""

_WHOLE_BYTES, _TRUNCATED_BYTES = 250 * 1024, 1_000_000
"""Below the size from which on a letter goes out as a digest, and below what a record may have."""

_PATIENCE_SECONDS = 240.0
_MIB = 1024 * 1024


def send_large_letters(scene: Scene) -> None:
    """Whoever needs more memory than the unit allows is killed, as systemd does it; it needs less."""
    limit, newest = memory_limit_mib(), _newest(scene.sent)
    scene.habits.append(lambda: _keep_within(scene, limit))
    with closing(scene.producer(max_request_size=2 * _MIB, linger_ms=5)) as producer:
        for number in range(_LETTERS):
            for between in range(int(number * _BETWEEN), int((number + 1) * _BETWEEN)):
                scene.send(producer, _good(between, newest))
            scene.send(producer, _bad(scene.chance, number))
            if number % 20 == 0:
                scene.tend()
    ends = scene.ends() or {}
    if not scene.await_that(lambda: scene.is_idle(ends), _PATIENCE_SECONDS):
        scene.verdict.blame("the letters were not published in time")


def memory_limit_mib() -> int:
    """What the shipped unit allows a worker."""
    found = re.search(r"^MemoryMax=(\d+)M$", _UNIT.read_text("utf-8"), re.MULTILINE)
    assert found is not None
    return int(found[1])


def _keep_within(scene: Scene, limit_mib: int) -> None:
    for worker in scene.crew.workers:
        needed = highest_mib(worker.pid)
        if needed > limit_mib:
            scene.verdict.blame(f"a worker needed {needed} MiB")
            worker.kill()


def highest_mib(pid: int) -> int:
    """The most memory that a process has had at once; 0 when it is gone."""
    try:
        found = re.search(r"VmHWM:\s*(\d+) kB", Path(f"/proc/{pid}/status").read_text("utf-8"))
    except FileNotFoundError:
        return 0
    return int(found[1]) // 1024 if found else 0


def _bad(chance: Random, number: int) -> Sent:
    size = _TRUNCATED_BYTES if number % 2 else _WHOLE_BYTES
    return Sent(b"l%d" % number, chance.randbytes(size), None)


def _newest(sent: list[Sent]) -> dict[str, Any]:
    reports = [record.report for record in sent if record.report is not None]
    return max(reports, key=lambda report: datetime.fromisoformat(report["recorded_at"]))


def _good(number: int, newest: dict[str, Any]) -> Sent:
    """Of a person of its own, at the instant of the newest report: no time passes."""
    who, at = f"l{number}", newest["recorded_at"]
    report = newest | dict.fromkeys(("event_id", "offence_id", "offender_id"), who)
    report |= {"type": "offence.reported", "revision": 1, "status": "reported", "occurred_at": at, "reported_at": at}
    return Sent(who.encode(), json.dumps(report).encode(), report)

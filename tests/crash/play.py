"""One run from its first worker to its verdict."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from models.clock import ClockMode
from models.instants import SECOND, parse_instant
from tests.crash.scene import Scene
from tests.crash.stream import ENDS_SOON_SECONDS, make_stream
from tests.crash.verdict import Verdict, judge

RECORDS = 800
CHUNKS = 32
_CLOCKS_APART_SECONDS = 5.0
Disturbance = Callable[[Scene], None]
Ending = Callable[[Scene, str | None], float]


def nothing(_: Scene) -> None:
    """Disturbs nobody."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one run; `recovered_seconds` from the disturbance until all was applied and published."""

    seed: int
    verdict: Verdict
    recovered_seconds: float


def play(
    scene: Scene,
    workers: int,
    order: str | None = None,
    disturb: Disturbance = nothing,
    prepare: Disturbance = nothing,
    close: Ending | None = None,
) -> Outcome:
    """Runs the stream, `prepare` at its first quarter, `disturb` in its middle; ends with nobody running.

    `close` waits for what must come of it, and judges that; in most runs `await_published`.
    """
    try:
        for _ in range(workers):
            scene.crew.start(order and f"{order}:{scene.token}")
        scene.await_that(lambda: scene.crew.all_have_partitions)
        scene.await_open()
        _feed(scene, disturb, prepare)
        recovered_at = (close or await_published)(scene, order)
        for fault in scene.crew.end():
            scene.verdict.blame(fault)
    finally:
        scene.crew.kill()
    began_at = _died_at(scene, order) or scene.disturbed_at
    return Outcome(scene.seed, scene.verdict, recovered_at - (began_at or recovered_at))


def _died_at(scene: Scene, order: str | None) -> float | None:
    """When the crash point's fatal coming was (seconds since the epoch)."""
    if order is None:
        return None
    mark = Path(f"{scene.token}.{order.rpartition(':')[2]}")
    return mark.stat().st_mtime if mark.exists() else None


def _feed(scene: Scene, disturb: Disturbance, prepare: Disturbance) -> None:
    now = datetime.now(UTC) if scene.settings.clock is ClockMode.WALL else None
    scene.last_end_at = now and now + timedelta(seconds=ENDS_SOON_SECONDS)
    scene.rest.extend(make_stream(scene.seed, RECORDS, now))
    per_chunk = RECORDS // CHUNKS
    with ExitStack() as closing:
        closing.callback(scene.sender.close)
        for chunk in range(CHUNKS):
            if chunk == CHUNKS // 4:
                prepare(scene)
            if chunk == CHUNKS // 2:
                scene.disturbed_at = time.time()
                disturb(scene)
            scene.send_rest(per_chunk)
            scene.sender.flush()
            scene.await_that(lambda: False, scene.pause_seconds)
    scene.habits.clear()


def await_published(scene: Scene, order: str | None = None) -> float:
    """When everything was applied and published; what is there then is judged."""
    ends: dict[int, int] = {}

    def done() -> bool:
        nonlocal ends
        ends = ends or scene.ends() or {}
        died = order is None or _died_at(scene, order) is not None
        return bool(ends) and died and scene.crew.all_run and scene.is_idle(ends)

    if not scene.await_that(done):
        reached = order is None or _died_at(scene, order) is not None
        scene.verdict.blame("not idle in time" if reached else "the crash point was not reached")
    idle_at = time.time()
    if scene.last_end_at is not None:
        last_end_us = parse_instant(scene.last_end_at.isoformat())
        if not scene.await_that(lambda: (position := scene.position()) is not None and position.as_of > last_end_us):
            scene.verdict.blame("the board's now lies behind the last end that was due")
        if not scene.await_that(lambda: scene.is_idle(ends)):
            scene.verdict.blame("not idle after the last end that was due")
        position = scene.position()
        if position is not None and position.as_of > (time.time() + _CLOCKS_APART_SECONDS) * SECOND:
            scene.verdict.blame("the board's now lies ahead of the store's clock")
    ahead = scene.committed_ahead()
    if ahead:
        scene.verdict.blame(f"acknowledged, and not applied: {ahead}")
    if ends:
        scene.verdict.add(judge(scene.settings, scene.sent, ends, scene.strangers))
    return idle_at

"""What befalls a board in the middle of one instant, at which more steps end than a tick takes."""

import json
import time
from datetime import UTC, datetime, timedelta

import redis

from models.clock import ClockMode
from models.instants import parse_instant
from tests.crash.disturbances import forget_board
from tests.crash.play import RECORDS, Disturbance
from tests.crash.scene import Scene
from tests.crash.stream import HISTORY_BEGINS, HISTORY_LASTS, WINDOW, Sent

_ENDS = {ClockMode.WALL: 1_001, ClockMode.EVENT: 5_001}
"""Where only time passes a tick ends one thousand; a run of records ends four thousand before it asks for ticks."""

_SOON, _HOUR = timedelta(seconds=4), timedelta(hours=1)
_PATIENCE_SECONDS = 60.0


def between_two_ticks(disturb: Disturbance) -> Disturbance:
    """`disturb` happens within the instant; once it is over, the board is deleted and must be the same again."""

    def act(scene: Scene) -> None:
        at = _let_many_end(scene)
        due, began_at = scene.keys["due"], time.monotonic()
        with redis.Redis.from_url(scene.settings.redis) as store:
            while store.hget(scene.keys["meta"], "as_of") != b"%d" % at or not store.zcount(due, "-inf", at):
                if time.monotonic() - began_at > _PATIENCE_SECONDS:
                    scene.verdict.blame("the instant went by, or never came")
                    return
            disturb(scene)
            scene.await_that(lambda: _is_over(scene, store, at))
        forget_board(scene)

    return act


def _is_over(scene: Scene, store: redis.Redis, at: int) -> bool:
    position = scene.position()
    return position is not None and position.as_of > at and not store.zcount(scene.keys["due"], "-inf", at)


def lose_the_generation(scene: Scene) -> None:
    """The board is closed, and recovered by who lives on."""
    redis.Redis.from_url(scene.settings.redis).hdel(scene.keys["meta"], "generation")


def _let_many_end(scene: Scene) -> int:
    """Sends so many reports, the gravest there are, whose windows end at one instant; answers which (microseconds)."""
    wall = scene.settings.clock is ClockMode.WALL
    # By the events' clock behind the first half of the stream, and before the second.
    half = HISTORY_BEGINS + HISTORY_LASTS * (RECORDS // 2 - 1) / RECORDS
    recorded = datetime.now(UTC) if wall else half + _HOUR
    at = recorded + (_SOON if wall else _HOUR)
    _send(scene, [_report(f"i{number}", at - WINDOW, recorded) for number in range(_ENDS[scene.settings.clock])])
    if not wall:
        # One more report lets the instant pass, as soon as all of these are known.
        scene.await_that(lambda: _is_idle(scene))
        _send(scene, [_report("passing", at + _HOUR, at + _HOUR)])
    return parse_instant(at.isoformat())


def _is_idle(scene: Scene) -> bool:
    ends = scene.ends()
    return ends is not None and scene.is_idle(ends)


def _send(scene: Scene, records: list[Sent]) -> None:
    producer = scene.producer()
    for record in records:
        producer.send(scene.topic, key=record.key, value=record.value, partition=record.partition)
    producer.close()
    scene.sent += records


def _report(who: str, reported: datetime, recorded: datetime) -> Sent:
    report = {
        "event_id": f"instant-{who}",
        "type": "offence.reported",
        "offence_id": f"instant-{who}",
        "offender_id": who,
        "revision": 1,
        "code": "D",
        "occurred_at": reported.isoformat(),
        "reported_at": reported.isoformat(),
        "recorded_at": recorded.isoformat(),
        "status": "reported",
    }
    return Sent(who.encode(), json.dumps(report).encode(), report)

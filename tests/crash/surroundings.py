"""What goes on around a disturbance: the stream, and workers that are killed at random."""

from tests.crash.disturbances import every
from tests.crash.play import CHUNKS, RECORDS, Disturbance
from tests.crash.scene import Scene

_TURNS = 10
_SHORTEST_SECONDS, _LONGEST_SECONDS = 2.0, 5.0
_REST_LASTS_SECONDS = 8.0


def amid_kills(disturb: Disturbance) -> Disturbance:
    """While it happens and until the stream is over somebody is killed -9 every few seconds."""

    def act(scene: Scene) -> None:
        kill_now_and_then(scene)
        disturb(scene)

    return act


def kill_now_and_then(scene: Scene) -> None:
    """From now on somebody is killed -9 every few seconds; the rest of the stream lasts long enough for that."""
    scene.pause_seconds = _REST_LASTS_SECONDS / (CHUNKS // 2)
    seconds = scene.chance.uniform(_SHORTEST_SECONDS, _LONGEST_SECONDS)
    scene.habits.append(every(seconds, lambda: scene.crew.lose(scene.chance.choice(scene.crew.workers)), at_once=False))


def let_traffic_pass(scene: Scene, seconds: float, records: int = RECORDS // 8) -> None:
    """So many records of the stream are sent meanwhile, evenly."""
    for _ in range(_TURNS):
        scene.send_rest(records // _TURNS)
        scene.await_that(lambda: False, seconds / _TURNS)

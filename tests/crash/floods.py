"""A flood of bad records on one partition: it is parked, in whoever's hands and in whatever store, until a release."""

from collections.abc import Callable

from cli.service.brake_release import release_partition
from state.limits import SHIPPED
from tests.crash.play import Disturbance
from tests.crash.scene import Scene
from tests.crash.stream import Sent

_FLOOD = SHIPPED.verdicts + 400
"""More than half of what the partition has had by then and of what follows, and not more than one release lets pass."""

_KEY = b"p0"
_WHY = "the crash test has sent them"


def flood_and(harm: Callable[[Scene], object]) -> Disturbance:
    """The partition is parked; something happens, and it is parked again at the same record; it is released."""

    def disturb(scene: Scene) -> None:
        flood = [Sent(_KEY, b"{", None)] * _FLOOD
        with_producer = scene.producer()
        for record in flood:
            with_producer.send(scene.topic, key=record.key, value=record.value, partition=record.partition)
        with_producer.close()
        scene.sent += flood
        partition = flood[0].partition
        parked_at = _await_parked(scene, partition)
        harm(scene)
        if _await_parked(scene, partition) != parked_at:
            scene.verdict.blame(f"partition {partition} was parked at another record than {parked_at}")
        release_partition(scene.settings, partition, _WHY)

    return disturb


def _await_parked(scene: Scene, partition: int) -> int | None:
    """At which offset, once the board is open."""
    found: list[int] = []

    def is_parked() -> bool:
        position = scene.position()
        if position is None or position.generation is None or partition not in position.parked:
            return False
        found.append(position.parked[partition].offset)
        return True

    if not scene.await_that(is_parked):
        scene.verdict.blame(f"partition {partition} was not parked")
    return found[-1] if found else None

"""What outlasts the interval in which Kafka's client must fetch: standing by, and a store that is away."""

import os
import re
import signal
from collections.abc import Mapping
from subprocess import Popen

from broker.members import group_members
from runtime.installation import group_name
from tests.crash.scene import Scene
from tests.crash.stream import PARTITIONS
from tests.crash.surroundings import kill_now_and_then, let_traffic_pass

INTERVAL_SECONDS = 5.0
LIMITS = {"poll_interval_seconds": INTERVAL_SECONDS}
_LONGER_SECONDS = 3 * INTERVAL_SECONDS
_ASSIGNED = re.compile(r"^(\S+) .* assigned: \[(.*)\]$", re.MULTILINE)
_PARTITION = re.compile(r"partition=(\d+)")


def stand_by(scene: Scene) -> None:
    """There are more workers than partitions from now on."""
    while len(scene.crew.workers) <= PARTITIONS:
        scene.crew.start()
    group, brokers = group_name(scene.settings), scene.settings.brokers
    scene.await_that(lambda: group_members(brokers, group) == len(scene.crew.workers))


def lose_the_owners(scene: Scene) -> None:
    """Long after the interval everybody with a partition is killed -9; one who stood by takes everything over."""
    let_traffic_pass(scene, _LONGER_SECONDS)
    crew = scene.crew
    owning = owners({each: crew.said(each) for each in crew.workers})
    if len(owning) == len(crew.workers):
        scene.verdict.blame("nobody stood by")
    if not owning:
        scene.verdict.blame("no worker has said that it owns a partition")
    crew.restarts = False
    for worker in owning:
        crew.lose(worker)
    let_traffic_pass(scene, 1.0)
    ends = scene.ends() or {}
    if not scene.await_that(lambda: scene.is_idle(ends)):
        scene.verdict.blame("who stood by has not taken over")
    crew.restarts = True
    crew.start()
    kill_now_and_then(scene)


def owners(said: Mapping[Popen[bytes], str]) -> set[Popen[bytes]]:
    """Of each partition whoever was given it last, by what the workers say; who has lost all of them says nothing."""
    newest: dict[str, tuple[str, Popen[bytes]]] = {}
    for worker, text in said.items():
        *_, last = _ASSIGNED.findall(text) or [("", "")]
        for partition in _PARTITION.findall(last[1]):
            newest[partition] = max(newest.get(partition, ("", worker)), (last[0], worker), key=lambda given: given[0])
    return {worker for _, worker in newest.values()}


def stop_the_store(scene: Scene) -> None:
    """The store's process stands still for longer than the interval, and records keep coming."""
    kill_now_and_then(scene)
    os.kill(scene.stack.valkey_pid, signal.SIGSTOP)
    try:
        let_traffic_pass(scene, _LONGER_SECONDS)
    finally:
        os.kill(scene.stack.valkey_pid, signal.SIGCONT)

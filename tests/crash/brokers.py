"""What befalls one of three brokers: it stands still, it dies, it was the one that coordinates the group."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

from kafka import KafkaAdminClient
from kafka.errors import KafkaError

from embedded.cluster import Cluster
from runtime.installation import group_name
from tests.crash.scene import Scene
from tests.crash.surroundings import let_traffic_pass

_FROZEN_SECONDS = 20.0
_DEAD_SECONDS = 12.0
_PATIENCE_SECONDS = 60.0


def freeze_one(scene: Scene) -> None:
    """Any of the three stands still for 20 s."""
    pid = _cluster(scene).pid(scene.chance.choice(_cluster(scene).nodes))
    os.kill(pid, signal.SIGSTOP)
    try:
        let_traffic_pass(scene, _FROZEN_SECONDS)
    finally:
        os.kill(pid, signal.SIGCONT)
    await_copies(scene)


def kill_one(scene: Scene) -> None:
    """Any of the three is killed -9, and away for a while."""
    _lose(scene, scene.chance.choice(_cluster(scene).nodes))


def kill_the_coordinator(scene: Scene) -> None:
    """The group's coordinator is killed -9: another broker takes the group over."""
    before = coordinator(scene)
    _lose(scene, before)


def freeze_one_and_kill_another(scene: Scene) -> None:
    """Two of three are away at once, so that there is no majority; then one stands still alone, then none."""
    frozen, dead = scene.chance.sample(_cluster(scene).nodes, 2)
    pid = _cluster(scene).pid(frozen)
    os.kill(pid, signal.SIGSTOP)
    try:
        _cluster(scene).kill(dead)
        let_traffic_pass(scene, _DEAD_SECONDS)
    finally:
        os.kill(pid, signal.SIGCONT)
        _cluster(scene).start(dead)
    await_copies(scene)


def coordinator(scene: Scene) -> int:
    """Which broker coordinates the workers' group."""
    group = group_name(scene.settings)
    with _admin(scene) as admin:
        found: int = admin._manager.run(admin._find_coordinator_ids, [group])[group]
        return found


def _lose(scene: Scene, node: int) -> None:
    _cluster(scene).kill(node)
    try:
        let_traffic_pass(scene, _DEAD_SECONDS)
    finally:
        _cluster(scene).start(node)
    await_copies(scene)


def await_copies(scene: Scene) -> None:
    """Every partition has all of its copies again: the next broker may be lost."""
    until = time.monotonic() + _PATIENCE_SECONDS
    while not _has_all_copies(scene):
        if time.monotonic() > until:
            scene.verdict.blame("the brokers have not caught up")
            return
        scene.tend()
        time.sleep(0.2)


def _has_all_copies(scene: Scene) -> bool:
    try:
        with _admin(scene) as admin:
            return all(
                len(partition["isr_nodes"]) == len(partition["replica_nodes"])
                for topic in admin.describe_topics()
                for partition in topic["partitions"]
            )
    except KafkaError:
        return False


@contextmanager
def _admin(scene: Scene) -> Iterator[KafkaAdminClient]:
    client = KafkaAdminClient(bootstrap_servers=scene.settings.brokers, request_timeout_ms=5_000)
    try:
        yield client
    finally:
        client.close()


def _cluster(scene: Scene) -> Cluster:
    assert scene.cluster is not None
    return scene.cluster

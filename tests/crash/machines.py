"""What befalls the machines that a run is on: a wrong clock, a full disk, a replica that has to stand in."""

import shutil
import subprocess
import time
from collections.abc import Callable

import psutil
import redis
from redis.backoff import ConstantBackoff
from redis.retry import Retry

from embedded.ports import LOOPBACK, ReservedPort
from embedded.valkey import find_valkey
from tests.crash.armed_worker import CLOCK_VARIABLE, GROUP_VARIABLE
from tests.crash.play import Disturbance
from tests.crash.scene import Scene

_FULL_SECONDS = 3.0


def clock_wrong_by(seconds: float) -> Disturbance:
    """A worker goes, and another one comes whose machine's clock is wrong."""

    def replace(scene: Scene) -> None:
        scene.crew.leave(scene.crew.workers[0])
        scene.crew.start(**{CLOCK_VARIABLE: str(seconds)})

    return replace


def clocks_wrong_by(seconds: float) -> Disturbance:
    """Every worker goes, and as many others come whose machines' clocks are all wrong."""

    def replace(scene: Scene) -> None:
        for worker in list(scene.crew.workers):
            scene.crew.leave(worker)
            scene.crew.start(**{CLOCK_VARIABLE: str(seconds)})

    return replace


def work_beside_the_group(scene: Scene) -> None:
    """One more worker owns all partitions as well, the relay's too, and works until `leave_the_group_alone`."""
    scene.crew.start(**{GROUP_VARIABLE: "other"})
    scene.await_that(lambda: scene.crew.all_have_partitions)


def leave_the_group_alone(scene: Scene) -> None:
    """The worker beside the group ends."""
    scene.crew.leave(scene.crew.workers[-1])


def replicate(scene: Scene) -> None:
    """A replica of the store follows up to this moment and hears no more; what it knows is kept aside."""
    port, folder = ReservedPort(), scene.folder / "replica"
    folder.mkdir()
    host, _, source = scene.settings.redis.removeprefix("redis://").partition("/")[0].partition(":")
    own = ["--port", str(port.number), "--bind", LOOPBACK, "--dir", str(folder), "--appendonly", "yes"]
    command = [str(find_valkey()), *own, "--replicaof", host, source]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        try:
            replica = redis.Redis(port=port.number, retry=Retry(ConstantBackoff(0.05), 200))
            scene.await_that(lambda: replica.info("replication").get("master_link_status") == "up")
            replica.replicaof("NO", "ONE")
            replica.bgrewriteaof()
            while replica.info("persistence")["aof_rewrite_in_progress"]:
                time.sleep(0.05)
        finally:
            server.kill()
            port.release()
    shutil.copytree(folder / "appendonlydir", scene.folder / "snapshot")


def fill_the_stores_disk(scene: Scene) -> None:
    """The store can write no more to its files for 3 s; where it ends for that, it is started again."""
    _limit_files(scene, scene.stack.valkey_pid, scene.stack.kill_valkey, scene.stack.start_valkey)


def fill_the_brokers_disk(scene: Scene) -> None:
    """The broker can write no more to its files for 3 s; it gives its folder up for that, and is started again."""
    _limit_files(scene, scene.stack.kafka_pid, scene.stack.kill_kafka, scene.stack.start_kafka)


def _limit_files(scene: Scene, pid: int, kill: Callable[[], None], start: Callable[[], None]) -> None:
    psutil.Process(pid).rlimit(psutil.RLIMIT_FSIZE, (1, 1))
    scene.await_that(lambda: False, _FULL_SECONDS)
    kill()
    start()

"""What befalls a run from outside its workers: the board, the store's and the broker's process, the stream."""

import os
import random
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import redis
from kafka import KafkaProducer

from embedded.stack import Stack
from runtime.settings import Settings
from tests.crash.play import CHUNKS, Disturbance
from tests.crash.scene import Scene

_STOPPED_SECONDS = 5.0
_REBALANCING_SECONDS = 120.0
_JOIN_SECONDS = 3.0
_REWIND_SECONDS = 0.4


class OnStack(Protocol):
    """Whatever stands on servers that may die, with a folder of its own."""

    @property
    def stack(self) -> Stack:
        """The servers."""

    @property
    def settings(self) -> Settings:
        """Where they are."""

    @property
    def folder(self) -> Path:
        """For what is kept aside."""


def _store(scene: OnStack) -> redis.Redis:
    return redis.Redis.from_url(scene.settings.redis)


def forget_board(scene: Scene) -> None:
    """The board's keys are deleted."""
    _store(scene).delete(*scene.keys.all)


def flush_all(scene: OnStack) -> None:
    """FLUSHALL."""
    _store(scene).flushall()


def flush_scripts(scene: Scene) -> None:
    """SCRIPT FLUSH."""
    _store(scene).script_flush()


def kill_valkey(scene: OnStack) -> None:
    """The store is killed -9 and comes back from its append-only file."""
    scene.stack.kill_valkey()
    scene.stack.start_valkey()


def lose_the_last_second(scene: OnStack) -> None:
    """The store is killed -9 and the end of its append-only file is gone, as after a power cut."""
    newest = max(append_only(scene).glob("*.incr.aof"), key=lambda path: path.stat().st_mtime)
    scene.stack.kill_valkey()
    os.truncate(newest, newest.stat().st_size * 19 // 20)
    scene.stack.start_valkey()


def save_snapshot(scene: OnStack) -> None:
    """Keeps an RDB snapshot of the store aside."""
    store = _store(scene)
    store.bgrewriteaof()
    while store.info("persistence")["aof_rewrite_in_progress"]:
        time.sleep(0.05)
    shutil.copytree(append_only(scene), scene.folder / "snapshot")


def restore_snapshot(scene: OnStack) -> None:
    """The store is killed -9 and comes back from the older snapshot."""
    place = append_only(scene)
    scene.stack.kill_valkey()
    shutil.rmtree(place)
    shutil.copytree(scene.folder / "snapshot", place)
    scene.stack.start_valkey()


def append_only(scene: OnStack) -> Path:
    """Where the store keeps its append-only files; it must be up."""
    return Path(str(_store(scene).config_get("dir")["dir"]), "appendonlydir")


def stop_valkey(scene: Scene) -> None:
    """The store's process stands still for 5 s."""
    os.kill(scene.stack.valkey_pid, signal.SIGSTOP)
    time.sleep(_STOPPED_SECONDS)
    os.kill(scene.stack.valkey_pid, signal.SIGCONT)


def pause_writes(scene: Scene) -> None:
    """The store answers reads only for 4 s; meanwhile nothing may be acknowledged."""
    _store(scene).client_pause(4_000, all=False)
    scene.habits.append(lambda: _blame_early_acknowledgement(scene))


def _blame_early_acknowledgement(scene: Scene) -> None:
    if ahead := scene.committed_ahead():
        scene.verdict.blame(f"acknowledged, and not applied: {ahead}")


def fill_memory(scene: Scene) -> None:
    """The store has no memory left for 3 s."""
    _set_for(scene, "maxmemory", "1", "0", 3.0)


def refuse_writes(scene: Scene) -> None:
    """The store is a replica, and answers READONLY, for 3 s."""
    store = _store(scene)
    store.replicaof("127.0.0.1", "1")
    scene.await_that(lambda: False, 3.0)
    store.replicaof("NO", "ONE")


def _set_for(scene: Scene, name: str, value: str, normal: str, seconds: float) -> None:
    store = _store(scene)
    store.config_set(name, value)
    scene.await_that(lambda: False, seconds)
    store.config_set(name, normal)


def kill_kafka(scene: OnStack) -> None:
    """The broker is killed -9 and started again."""
    scene.stack.kill_kafka()
    scene.stack.start_kafka()


def lose_kafka(scene: Scene) -> None:
    """The broker is away for 60 s."""
    scene.stack.kill_kafka()
    scene.await_that(lambda: False, 60.0)
    scene.stack.start_kafka()


def stop_kafka(scene: Scene) -> None:
    """The broker's process stands still for 15 s."""
    os.kill(scene.stack.kafka_pid, signal.SIGSTOP)
    scene.await_that(lambda: False, 15.0)
    os.kill(scene.stack.kafka_pid, signal.SIGCONT)


def abort_transactions(scene: Scene) -> None:
    """Good reports are sent in transactions that abort, between others that commit."""
    sender: KafkaProducer = scene.producer(transactional_id=f"{scene.settings.prefix}stream")
    sender.init_transactions()
    for number in range(6):
        sender.begin_transaction()
        for record in scene.sent[number * 20 : number * 20 + 20]:
            value = record.value.replace(b'"offence_id": "', b'"offence_id": "aborted-')
            sender.send(scene.topic, key=record.key, value=value, partition=record.partition)
        sender.flush()
        sender.abort_transaction()
        scene.await_that(lambda: False, 0.1)
    sender.close()


def compressed_with(codec: str) -> Disturbance:
    """From the middle on the stream comes compressed."""

    def compress(scene: Scene) -> None:
        sender = scene.producer(compression_type=codec, linger_ms=50, batch_size=65_536)
        for record in scene.sent[-200:]:
            sender.send(scene.topic, key=record.key, value=record.value, partition=record.partition)
            scene.sent.append(record)
        sender.close()

    return compress


def kill_all(scene: Scene) -> None:
    """Every worker is killed -9 at once."""
    for worker in scene.crew.workers:
        scene.crew.lose(worker)


def rebalance(scene: Scene) -> None:
    """A worker joins or leaves every few seconds, for two minutes."""
    scene.pause_seconds = _REBALANCING_SECONDS / (CHUNKS // 2)
    scene.habits.append(every(_JOIN_SECONDS, _join_or_leave(scene)))


def rebalance_and_rewind(scene: Scene) -> None:
    """Workers join and leave while the generation is closed under their hands again and again."""
    store = _store(scene)
    scene.pause_seconds = 0.6
    scene.habits.append(every(_JOIN_SECONDS, _join_or_leave(scene)))
    scene.habits.append(every(_REWIND_SECONDS, lambda: store.hdel(scene.keys["meta"], "generation")))


def _join_or_leave(scene: Scene) -> Callable[[], None]:
    joined = scene.crew.workers[:0]

    def act() -> None:
        if joined:
            scene.crew.leave(joined.pop())
        else:
            joined.append(scene.crew.start())

    return act


def kill_at_random(scene: Scene) -> None:
    """For 20 s somebody is killed -9, told to end, or loses the board, every second or two."""

    def harm() -> None:
        match scene.chance.randrange(4):
            case 0:
                forget_board(scene)
            case 1:
                scene.chance.choice(scene.crew.workers).terminate()
            case _:
                scene.crew.lose(scene.chance.choice(scene.crew.workers))

    scene.pause_seconds = 1.3
    scene.habits.append(every(random.Random(scene.seed).uniform(1.0, 2.0), harm))


def every(seconds: float, act: Callable[[], object], *, at_once: bool = True) -> Callable[[], None]:
    """A habit: it is done every so often, for the first time `at_once` or after as long."""
    next_at = time.monotonic() + (0.0 if at_once else seconds)

    def habit() -> None:
        nonlocal next_at
        if time.monotonic() >= next_at:
            next_at = time.monotonic() + seconds
            act()

    return habit

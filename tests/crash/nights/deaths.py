"""What dies in a night, or seems to, or forgets."""

import os
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random

from embedded.stack import Stack
from runtime.settings import Settings
from tests.crash.disturbances import flush_all, kill_kafka, kill_valkey, lose_the_last_second, restore_snapshot
from tests.crash.nights.service import Service

_STILL_SECONDS = 4.0


@dataclass(frozen=True, slots=True)
class Ground:
    """What a night stands on; `folder` holds a snapshot of the store from its beginning."""

    stack: Stack
    settings: Settings
    folder: Path
    worker: Service
    consoles: tuple[Service, ...]
    random: Random


def _stop(pid: int) -> None:
    os.kill(pid, signal.SIGSTOP)
    time.sleep(_STILL_SECONDS)
    os.kill(pid, signal.SIGCONT)


def _all_consoles(ground: Ground) -> None:
    for console in ground.consoles:
        console.die()


def _store_and_worker(ground: Ground) -> None:
    """Nobody rebuilds it until the worker is there again."""
    flush_all(ground)
    ground.worker.die()


def _kafka_away(ground: Ground) -> None:
    ground.stack.kill_kafka()
    time.sleep(2 * _STILL_SECONDS)
    ground.stack.start_kafka()


DEATHS: Mapping[str, Callable[[Ground], None]] = {
    "a console is killed": lambda ground: ground.random.choice(ground.consoles).die(),
    "both consoles are killed": _all_consoles,
    "a console stands still": lambda ground: ground.random.choice(ground.consoles).stand_still(_STILL_SECONDS),
    "the worker is killed": lambda ground: ground.worker.die(),
    "the worker stands still": lambda ground: ground.worker.stand_still(_STILL_SECONDS),
    "Kafka is killed": kill_kafka,
    "Kafka is away": _kafka_away,
    "Kafka stands still": lambda ground: _stop(ground.stack.kafka_pid),
    "the store is killed": kill_valkey,
    "the store loses its last second": lose_the_last_second,
    "the store stands still": lambda ground: _stop(ground.stack.valkey_pid),
    "the store is emptied": flush_all,
    "the store is emptied and the worker killed": _store_and_worker,
    "the store is set back to the evening": restore_snapshot,
}
"""By the words of a report; each returns when it is over, and not before what died is started again."""

"""A small run of the real service, and what its live board said at moments that nobody chose."""

import json
import random
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kafka import KafkaProducer

from broker.clients import PartitionReader
from cli.board.board import BoardDocument, board_document
from cli.board.offender import OffenderDocument, offender_document
from models.instants import format_instant
from models.topics import Topic
from runtime.installation import open_store
from runtime.settings import Settings
from tests.audit.history import PARTITIONS, a_policy
from tests.end_to_end.installation import Installation

WHOLE = 10_000
RECORDS, BURST, PEOPLE = 900, 10, 60
LONGEST_PAUSE_SECONDS = 2.0


@dataclass
class Run:
    """What a service did, and what its live board said meanwhile: board and one person by as_of."""

    installation: Installation
    settings: Settings
    boards: dict[str, BoardDocument]
    persons: dict[str, OffenderDocument]

    def open_reader(self, topic: Topic, partition: int) -> PartitionReader:
        return PartitionReader(self.settings.brokers, self.installation.prefix + topic.name, partition)


def a_report(number: int, clock: str, chance: random.Random) -> tuple[bytes, bytes]:
    """Reports, corrections and withdrawals; the window of many ends while the service runs."""
    told = chance.randrange(number) if number and chance.random() < 0.2 else number
    who = f"p{told * told % PEOPLE}"
    if clock == "wall":
        recorded = datetime.now(UTC)
        lag = timedelta(days=60, seconds=-chance.uniform(0, 8)) if chance.random() < 0.5 else timedelta(0)
    else:
        recorded = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=number, seconds=chance.random())
        lag = timedelta(days=chance.choice([0, 0, 20, 59]))
    report = {
        "event_id": f"e{number}",
        "type": "offence.withdrawn" if told != number and chance.random() < 0.3 else "offence.reported",
        "offence_id": f"o{told}",
        "offender_id": who,
        "revision": chance.choice([number + 2, number + 2, 2, 1]),
        "code": chance.choice("ABC"),
        "occurred_at": "2023-01-01T00:00:00Z",
        "recorded_at": recorded.isoformat(),
        "reported_at": (recorded - lag).isoformat(),
    }
    return who.encode(), json.dumps(report).encode()


def a_run(stack_environment: dict[str, str], folder: Path, clock: str, exit_rank: int) -> Run:
    """A small run of the real service, its live board recorded at moments that nobody chose."""
    policy = a_policy(folder)
    policy.write_text(policy.read_text().replace("exit_rank = 9", f"exit_rank = {exit_rank}"))
    installation = Installation(stack_environment, folder, PARTITIONS, policy=str(policy), clock=clock)
    names = ("KAFKA", "REDIS", "PREFIX")
    settings = Settings.model_validate({name.lower(): installation.environment[f"HARMWATCH_{name}"] for name in names})
    run = Run(installation, settings, {}, {})
    try:
        installation.start_worker()
        installation.wait_idle()
        record(run, clock)
    finally:
        installation.end_workers()
    return run


def record(run: Run, clock: str) -> None:
    chance, done = random.Random(5), threading.Event()
    watching = threading.Thread(target=watch, args=(run, done))
    watching.start()
    producer = KafkaProducer(bootstrap_servers=run.settings.brokers)
    try:
        for number in range(RECORDS):
            key, value = a_report(number, clock, chance)
            partition = int(key[1:]) % PARTITIONS if clock == "wall" else 0
            producer.send(f"{run.installation.prefix}offences.v1", key=key, value=value, partition=partition)
            if number % BURST == 0:
                producer.flush()
                await_another_board(run)
        producer.flush()
        run.installation.wait_idle()
        time.sleep(0.5 if clock == "event" else 1.5)
        done.set()
        watching.join()
        key, value = a_report(RECORDS, clock, chance)
        producer.send(f"{run.installation.prefix}offences.v1", key=key, value=value, partition=0).get(30)
        run.installation.wait_idle()
    finally:
        done.set()
        producer.close()


def await_another_board(run: Run) -> None:
    """A moment at least, and until the watching thread has seen another board: the machine may be busy."""
    seen, until = len(run.boards), time.monotonic() + LONGEST_PAUSE_SECONDS
    time.sleep(0.12)
    while len(run.boards) == seen and time.monotonic() < until:
        time.sleep(0.01)


def watch(run: Run, done: threading.Event) -> None:
    """Takes down what the live board says; what changed while it was read is not taken."""
    store, chance = open_store(run.settings), random.Random(6)
    while not done.wait(0.02):
        before = store.position()
        board = store.board(WHOLE)
        person = store.offender(f"p{chance.randrange(PEOPLE)}")
        if store.position() == before and board and person.contributions:
            at = format_instant(before.as_of)
            run.boards[at] = board_document(run.settings.board, before.as_of, board)
            run.persons[at] = offender_document(person, run.settings.board)
    store.close()

"""A desk to measure: a board of some thousand people, its worker and console as processes, and officers signed in."""

import json
import os
import random
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from bench.race import workers
from broker.clients import PartitionReader, end_producer, producer
from cli.service.worker_process import worker_environment
from console.officer import Role
from console.sign_in.sessions import Sessions
from console.sign_in.users_file import Passwords, User, UsersFile
from embedded.ports import ReservedPort
from models.topics import ALERTS, OFFENCES, topic_name
from policies.policy_file import load_policy
from runtime.settings import Settings, load_settings
from runtime.topic_creation import create_topics
from sight.look import look_once
from state.sign_ins import SignIns

_PEOPLE, _REPORTS, _SEED = 5_000, 12_000, 1
_LIGHTER = 50
"""Whoever commits the gravest offence is far above all of these."""

_CONSOLE_COMMAND = (sys.executable, "-P", "-c", "from cli.entry import run; run()", "console")
_PATIENCE_SECONDS = 90.0
_LOOK_SECONDS = 0.003


@dataclass
class DeskUnderLoad:
    """`cookies`: a session for each officer. `committed`: of each who entered the band since, when their alert could be
    read (seconds of the wall clock), and its id.
    """

    settings: Settings
    address: str
    console: psutil.Process
    cookies: Sequence[str]
    committed: dict[str, tuple[float, str]] = field(default_factory=dict)


@contextmanager
def desk_under_load(officers: int) -> Iterator[DeskUnderLoad]:
    """With so many officers, beside a stack that the environment names, as long as the block. Raises RuntimeError."""
    port = ReservedPort()
    with TemporaryDirectory(prefix="harmwatch-bench-desk-") as folder:
        users = Path(folder) / "users.json"
        os.environ.update(
            HARMWATCH_PREFIX=f"bench-{uuid.uuid4().hex[:8]}-", HARMWATCH_CLOCK="event",
            HARMWATCH_CONSOLE=f"127.0.0.1:{port.number}", HARMWATCH_CONSOLE_USERS=str(users),
            HARMWATCH_ALERTS_AFTER=datetime.now(UTC).isoformat().replace("+00:00", "Z"),
        )  # fmt: skip
        settings = load_settings()
        create_topics(settings, 1)
        _load(settings)
        cookies = _sign_in(settings, users, officers)
        with workers(1), _console() as console:
            desk = DeskUnderLoad(settings, f"127.0.0.1:{port.number}", console, cookies)
            _wait_for_board(settings)
            _wait_for_page(desk)
            with _commits(desk):
                yield desk
    port.release()


def report(number: int, who: str, code: str, at: datetime) -> bytes:
    """One offence, recorded at `at`."""
    instant = at.isoformat()
    return json.dumps({
        "event_id": f"e{number:09}", "type": "offence.reported", "offence_id": f"o{number:09}", "offender_id": who,
        "code": code, "occurred_at": instant, "reported_at": instant, "recorded_at": instant,
    }).encode()  # fmt: skip


@contextmanager
def going_on(settings: Settings, first: int, a_second: float) -> Iterator[None]:
    """So many people a second enter the band, and as many leave it, as long as the block; each is `new-NNNNNNNNN`."""
    index, ended = load_policy(settings.policy).index, threading.Event()
    grave = max(index, key=lambda code: index[code])
    topic, to_kafka = topic_name(settings.prefix, OFFENCES), producer(settings.brokers)

    def go_on() -> None:
        begun_at, number = time.monotonic(), first
        while not ended.wait(max(0.0, begun_at + (number - first) / a_second - time.monotonic())):
            who = f"new-{10**9 - 1 - number}"  # of equal scores the first by its bytes stands first
            to_kafka.send(topic, key=who.encode(), value=report(number, who, grave, datetime.now(UTC)))
            number += 1

    thread = threading.Thread(target=go_on, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        end_producer(to_kafka)


def _load(settings: Settings) -> None:
    """A year of some thousand people, none of whom anything is alerted."""
    chance, index = random.Random(_SEED), load_policy(settings.policy).index
    codes = sorted(code for code, worth in index.items() if worth * _LIGHTER < max(index.values()))
    now, topic, to_kafka = datetime.now(UTC), topic_name(settings.prefix, OFFENCES), producer(settings.brokers)
    ages = sorted((chance.uniform(1, 300) for _ in range(_REPORTS)), reverse=True)
    for number, days in enumerate(ages):
        who = f"person-{chance.randrange(_PEOPLE):05}"
        value = report(10**8 + number, who, chance.choice(codes), now - timedelta(days=days))
        to_kafka.send(topic, key=who.encode(), value=value)
    to_kafka.flush()
    end_producer(to_kafka)


def _sign_in(settings: Settings, file: Path, officers: int) -> list[str]:
    """The cookies of officers who are signed in."""
    user = User(Role.OFFICER, Passwords().digest(uuid.uuid4().hex))
    names = [f"officer{number:03}" for number in range(officers)]
    with UsersFile(file).changing() as users:
        users.update(dict.fromkeys(names, user))
    with closing(SignIns(settings.redis_access, settings.prefix, settings.board)) as kept:
        sessions = Sessions(kept)
        return [f"harmwatch={sessions.begin(f'local:{name}', user.mark)}" for name in names]


@contextmanager
def _console() -> Iterator[psutil.Process]:
    with subprocess.Popen(_CONSOLE_COMMAND, env=worker_environment(), stderr=subprocess.DEVNULL) as process:
        try:
            yield psutil.Process(process.pid)
        finally:
            process.terminate()
            process.wait(30)


def _wait_for_board(settings: Settings) -> None:
    until = time.monotonic() + _PATIENCE_SECONDS
    while (look := look_once(settings)).state != "open" or sum(each.applied for each in look.partitions) < _REPORTS:
        if time.monotonic() > until:
            raise RuntimeError("the board did not come to its history")
        time.sleep(0.1)


def _wait_for_page(desk: DeskUnderLoad) -> None:
    """A console that last looked before the worker had recovered answers 503 until it looks again."""
    until, answered = time.monotonic() + _PATIENCE_SECONDS, 0
    while answered != HTTPStatus.OK:
        if time.monotonic() > until:
            raise RuntimeError(f"the console did not come to its board: it answers {answered}")
        time.sleep(0.1)
        with closing(HTTPConnection(desk.address, timeout=30)) as line:
            line.request("GET", "/board", headers={"Cookie": desk.cookies[0]})
            answered = line.getresponse().status


@contextmanager
def _commits(desk: DeskUnderLoad) -> Iterator[None]:
    ended, topic = threading.Event(), topic_name(desk.settings.prefix, ALERTS)

    def read() -> None:
        with closing(PartitionReader(desk.settings.brokers, topic, 0)) as reader:
            while not ended.wait(_LOOK_SECONDS):
                end, now = reader.end(), time.time()
                for record in reader.read_until(end):
                    alert = json.loads(record.value or b"{}")
                    if alert.get("transition") == "entered":
                        desk.committed[alert["offender_id"]] = now, alert["alert_id"]

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()

"""One night at a desk of real processes: officers act all at once, and one thing after the other dies."""

import json
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from audit.verify.desk_records import read_desk
from cli.topics import open_topics
from embedded.ports import ReservedPort
from embedded.stack import Stack
from models.access_log.look import StayLook, read_look
from models.clock import ClockMode
from models.desk.action import LapseAction
from models.topics import ACCESS_LOG, ALERTS, OFFICER_ACTIONS
from runtime.settings import Settings
from tests.crash.disturbances import save_snapshot
from tests.crash.nights.deaths import DEATHS, Ground
from tests.crash.nights.diary import Diary, Person
from tests.crash.nights.judges import judge, taken
from tests.crash.nights.line import ask
from tests.crash.nights.officer import Officer
from tests.crash.nights.service import Service
from tests.crash.nights.town import Town, write_policy
from tests.end_to_end.installation import Installation

OFFICERS = (Person("anna", "desk"), Person("bert", "desk"), Person("ines", "inspectors"), Person("olaf", "inspectors"))
_CALM_SECONDS, _SETTLE_SECONDS = 3.0, 120.0
_PATIENT, _PATIENT_SECONDS = 0.6, 30.0
"""So often what died may come back to work before the next one dies."""

Say = Callable[[str], None]


@dataclass
class Outcome:
    """`done`: how many actions of each kind were taken; `lapses` that a console wrote, `packs` that were compared."""

    seed: int
    deaths: tuple[str, ...] = ()
    faults: list[str] = field(default_factory=list)
    sent: int = 0
    requests: int = 0
    done: Counter[str] = field(default_factory=Counter)
    decisions: int = 0
    lapses: int = 0
    packs: int = 0
    seconds: float = 0.0


def _is_live(queue: bytes) -> bool:
    document = json.loads(queue) if queue.startswith(b"{") else {}
    return bool(document.get("begun") and document["fresh"]["live"])


class Play:
    """One night on a stack whose servers may die. `say` hears how far it is."""

    def __init__(self, stack: Stack, folder: Path, seed: int, deaths: Sequence[str], say: Say) -> None:
        self._folder, self._say, self._random = folder, say, Random(seed)
        self._outcome, self._diary = Outcome(seed, tuple(deaths)), Diary()
        self._ports = [ReservedPort() for _ in range(2)]
        policy = write_policy(folder)
        self._installation = Installation(
            stack.environment(), folder, prefix=f"n{uuid.uuid4().hex[:8]}-", policy=str(policy), clock="wall"
        )
        self._settings = Settings(
            kafka=stack.kafka, redis=stack.redis, policy=policy, prefix=self._installation.prefix,
            clock=ClockMode.WALL, single_node=True,
        )  # fmt: skip
        self._town = Town(self._settings, Random(seed))
        worker = Service(["worker"], self._installation.environment, folder / "worker.log")
        consoles = tuple(self._console(port) for port in self._ports)
        self._ground = Ground(stack, self._settings, folder, worker, consoles, self._random)

    def run(self) -> Outcome:
        """Raises AssertionError where it comes to nothing at all."""
        begun, services = time.monotonic(), (self._ground.worker, *self._ground.consoles)
        try:
            self._begin()
            self._play()
            self._settle()
            self._outcome.faults += [fault for each in services if (fault := each.end())]
        finally:
            for each in services:
                each.kill()
            for port in self._ports:
                port.release()
        self._judge()
        self._outcome.seconds = time.monotonic() - begun
        return self._outcome

    def _console(self, port: ReservedPort) -> Service:
        secret = self._folder / "secret"
        secret.touch(0o600)
        secret.write_text("5" * 64)
        ours = {
            "CONSOLE": f"127.0.0.1:{port.number}", "CONSOLE_SECRET": str(secret), "CONSOLE_PROXY": "127.0.0.1",
            "CONSOLE_PROXY_USER": "X-Remote-User", "CONSOLE_PROXY_GROUPS": "X-Remote-Groups",
            "CONSOLE_PROXY_ROLES": "desk=officer,inspectors=supervisor",
        }  # fmt: skip
        environment = self._installation.environment | {f"HARMWATCH_{name}": value for name, value in ours.items()}
        log = self._folder / f"console-{port.number}.log"
        return Service(["console"], environment, log, "the console of board")

    def _begin(self) -> None:
        """The desk has begun, people are on the board, and the store's evening is kept."""
        self._ground.worker.start()
        self._town.found()
        self._installation.wait_idle()
        for console in self._ground.consoles:
            console.start()
        for console in self._ground.consoles:
            console.await_ready()
        self._await_live()
        self._town.begin()
        self._installation.wait_idle()
        save_snapshot(self._ground)

    def _await_live(self) -> None:
        """Raises AssertionError where one is not in time."""
        told = self._not_live(_SETTLE_SECONDS)
        assert not told, f"a console is not live: {told[:300]!r}"

    def _not_live(self, seconds: float) -> bytes:
        """What the queue of a console says that has no rules, or is not believed, for so long; empty: all are."""
        until = time.monotonic() + seconds
        for port in self._ports:
            while not _is_live(told := ask(port.number, OFFICERS[0], "/queue")[1]):
                if time.monotonic() > until:
                    return told or b"nothing"
                self._tend()
                time.sleep(0.2)
        return b""

    def _play(self) -> None:
        over = threading.Event()
        with ThreadPoolExecutor(len(OFFICERS)) as shift:
            working = [shift.submit(officer.work, over) for officer in self._officers()]
            try:
                for death in self._outcome.deaths:
                    if self._random.random() < _PATIENT:
                        self._not_live(_PATIENT_SECONDS)
                    self._wait(self._random.uniform(1.0, _CALM_SECONDS))
                    self._town.go_on()
                    self._wait(self._random.uniform(0.0, 1.0))
                    self._say(f"  {death}")
                    DEATHS[death](self._ground)
                self._wait(_CALM_SECONDS)
            finally:
                over.set()
        for each in working:
            each.result()

    def _officers(self) -> list[Officer]:
        ports = [port.number for port in self._ports]
        return [
            Officer(who, [each for each in OFFICERS if each != who], ports, self._diary, self._outcome.seed * 10 + at)
            for at, who in enumerate(OFFICERS)
        ]

    def _wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self._tend()
            time.sleep(0.1)

    def _tend(self) -> None:
        for each in (self._ground.worker, *self._ground.consoles):
            each.tend()

    def _settle(self) -> None:
        """Whatever is not known for good is sent until it is, and everything once more at the end."""
        self._installation.wait_idle()
        self._await_live()
        by_name, until = {each.who: each for each in self._officers()}, time.monotonic() + _SETTLE_SECONDS
        for sent in self._diary.all():
            by_name[sent.who].send(sent)
            while not sent.is_settled and time.monotonic() < until:
                time.sleep(0.2)
                by_name[sent.who].send(sent)
        for port in self._ports:
            self._diary.packs.append(ask(port.number, OFFICERS[0], "/handover")[1])

    def _judge(self) -> None:
        """From Kafka alone."""
        outcome, diary = self._outcome, self._diary
        open_reader = open_topics(self._settings, ALERTS, OFFICER_ACTIONS, ACCESS_LOG)
        records = read_desk(open_reader, self._settings.board)
        fold = records.fold()
        outcome.faults += judge(records, fold, diary, self._town)
        outcome.faults += [str(each) for each in self._installation.json("verify", "--desk", code=None)["faults"]]
        with closing(open_reader(ACCESS_LOG, 0)) as reader:
            looks = [read_look(record.value) for record in reader.read_until(reader.end())]
        written = Counter((look.by, look.stay) for look in looks if isinstance(look, StayLook))
        for (by, stay), count in diary.shown.items():
            if written[by, stay] < count:
                outcome.faults.append(f"unseen: {by} was shown stay {stay} {count} times, written {written[by, stay]}")
        sent = diary.all()
        outcome.sent, outcome.requests = len(sent), sum(len(each.answers) for each in sent)
        outcome.done = Counter(act.action.kind for act in taken(records, fold))
        outcome.decisions, outcome.packs = len(fold.desk().decisions), len(diary.packs)
        outcome.lapses = sum(isinstance(act.action, LapseAction) for act in records.acts)

"""Many subscribers, some of them sick, while deliverers and the broker die: what came of it, judged."""

import asyncio
import random
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cli.audit.delivered import verify_deliveries
from embedded.stack import Stack
from models.alert import Alert
from models.journal.transition import BandEntry, Move
from runtime.settings import Settings
from tests.client.published import Published, a_move
from tests.crash.delivery.hall import HEALTHY, SICK, Hall
from tests.crash.delivery.judges import Death, judge, judge_facts, written_by
from tests.delivery.delivering import Delivering

_BAND = 100
_AT_ONCE = 20
_CALM_SECONDS = 0.1
_TIMEOUT_SECONDS = 3
_PATIENCE_SECONDS = 900.0
_LATE_SECONDS = 1.0
"""What a deliverer had sent may still lie in a socket when it dies."""

_AS_GOOD = 3.0
"""p99 of the healthy beside the sick, against that without them: of so few alerts it is nearly the worst one."""


@dataclass(frozen=True, slots=True)
class Size:
    """`calm`: so many of the alerts are timed one by one, once without the sick and once with them."""

    alerts: int = 10_000
    healthy: int = 70
    sick: int = 30
    kills: int = 5
    broker_kills: int = 2
    calm: int = 50


@dataclass
class Outcome:
    """`without` and `beside`: milliseconds from an alert's commit to each healthy receiver, in order."""

    faults: list[str] = field(default_factory=list)
    without: list[float] = field(default_factory=list)
    beside: list[float] = field(default_factory=list)
    requests: int = 0
    repeats: int = 0
    """of numbers that were accepted before"""

    receipts: int = 0
    seconds: float = 0.0

    @property
    def hindrance(self) -> str:
        """How the sick slow the healthy ones down; empty where they do not. Beside other work it says little."""
        without, beside = (at(0.99, values) for values in (self.without, self.beside))
        found = f"p99 of the healthy is {beside:.0f} ms beside the sick, {without:.0f} ms without them"
        return found if beside > _AS_GOOD * without else ""


def history(count: int) -> Iterator[Alert]:
    """A band of 100 that is always full once it is: the longest in it leaves, another one enters."""
    since: list[int] = []
    for sequence in range(1, count + 1):
        if len(since) == _BAND:
            first = since.pop(0)
            yield a_move(sequence, Move.LEFT, f"p{first}", BandEntry(first, first))
        else:
            since.append(sequence)
            yield a_move(sequence)


def at(share: float, values: Sequence[float]) -> float:
    """A percentile."""
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


class Play:
    """One run on a stack of its own. `say` hears how far it is."""

    def __init__(self, stack: Stack, folder: Path, size: Size, seed: int, say: Callable[[str], None]) -> None:
        self._stack, self._size, self._say = stack, size, say
        self._chance = random.Random(seed)
        self._published = Published(stack.environment())
        self._delivering = Delivering(self._published, folder)
        self._alerts, self._sent = history(size.alerts), 0
        self._hall = Hall([HEALTHY] * size.healthy + [SICK[at % len(SICK)] for at in range(size.sick)])
        self._broker_stands = threading.Lock()
        self._deaths = ExitStack()
        self._process: subprocess.Popen[bytes] | None = None
        self._dead: list[Death] = []
        self._outcome = Outcome()

    async def run(self) -> Outcome:
        """Raises AssertionError where it comes to nothing at all."""
        begun, size = time.monotonic(), self._size
        async with self._hall.serving():
            with self._deliverers():
                await asyncio.to_thread(self._subscribe, size.healthy)
                await asyncio.to_thread(self._publish, 1)
                await self._hall.reached(1, 60)
                self._outcome.without = await self._calm(size.calm)
                await asyncio.to_thread(self._subscribe, size.healthy + size.sick)
                await asyncio.sleep(2 * _TIMEOUT_SECONDS)  # every sick one is sick by now
                self._outcome.beside = await self._calm(size.calm)
                self._say(f"p99 {at(0.99, self._outcome.without):.0f} ms, {at(0.99, self._outcome.beside):.0f} ms")
                await self._play()
                await self._hall.reached(size.alerts, _PATIENCE_SECONDS)
        self._outcome.seconds = time.monotonic() - begun
        await asyncio.to_thread(self._judge)
        self._published.close()
        return self._outcome

    async def _calm(self, count: int) -> list[float]:
        """Alerts one by one: from the moment at which each can be read."""
        took: list[float] = []
        for _ in range(count):
            await asyncio.to_thread(self._publish, 1)
            readable, number = time.time(), self._sent
            await self._hall.reached(number, 60)
            for log in self._hall.of(HEALTHY):
                came = next(entry.came for entry in reversed(log.entries) if entry.number == number)
                took.append((came - readable) * 1_000)
            await asyncio.sleep(_CALM_SECONDS)
        return took

    async def _play(self) -> None:
        """Alerts come, and at random moments something dies."""
        size = self._size
        deaths = ["deliverer"] * size.kills + ["broker"] * size.broker_kills
        self._chance.shuffle(deaths)
        steps = [
            2 * size.calm + (size.alerts - 2 * size.calm) * (at + 1) // (len(deaths) + 1) for at in range(len(deaths))
        ]
        publisher = threading.Thread(target=self._publish_all, daemon=True)
        publisher.start()
        for number, death in zip(steps, deaths, strict=True):
            await self._hall.reached(number, _PATIENCE_SECONDS)
            await asyncio.sleep(self._chance.uniform(0, 0.3))
            self._say(f"at {number}: the {death} dies")
            begun = time.time()
            await asyncio.to_thread(self._kill_deliverer if death == "deliverer" else self._kill_broker)
            self._dead.append(Death(begun, time.time() + _LATE_SECONDS))
        await asyncio.to_thread(publisher.join)

    def _publish(self, count: int) -> None:
        """In one transaction."""
        with self._broker_stands:
            batch = [alert for _, alert in zip(range(count), self._alerts, strict=False)]
            self._published.begin_to_send(*batch)  # how long it takes is counted from here
            self._sent += len(batch)

    def _publish_all(self) -> None:
        """No further ahead than a few hundred, so that deaths find work."""
        while self._sent < self._size.alerts:
            if self._sent < min(log.last for log in self._hall.of(HEALTHY)) + 10 * _AT_ONCE:
                self._publish(min(_AT_ONCE, self._size.alerts - self._sent))
            time.sleep(0.02)

    def _subscribe(self, count: int) -> None:
        self._delivering.subscribe(*[
            {"id": f"r{at}", "url": f"{self._hall.url}/{at}", "from": 1, "timeout_seconds": _TIMEOUT_SECONDS}
            for at in range(count)
        ])  # fmt: skip

    @contextmanager
    def _deliverers(self) -> Iterator[None]:
        """One after the other; at the end the last one leaves in peace."""
        with self._deaths:
            self._start()
            yield
            assert self._process is not None
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(20)

    def _start(self) -> None:
        self._process = self._deaths.enter_context(self._delivering.deliverer())

    def _kill_deliverer(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        self._start()

    def _kill_broker(self) -> None:
        """Whoever makes alerts waits meanwhile: it is not what is judged here."""
        with self._broker_stands:
            self._stack.kill_kafka()
            self._stack.start_kafka()

    def _judge(self) -> None:
        outcome, size = self._outcome, self._size
        written = written_by(self._delivering)
        for at, log in enumerate(self._hall.logs):
            outcome.requests += len(log.entries)
            outcome.repeats += sum(entry.status < 300 for entry in log.entries) - log.last
            try:
                judge(log, self._dead)
                judge_facts(written[f"r{at}"], log)
            except AssertionError as error:
                outcome.faults.append(f"r{at}, {log.kind}: {str(error)[:300]}")
        verdict = verify_deliveries(Settings(kafka=self._published.brokers, prefix=self._published.prefix))
        outcome.faults += [*verdict.faults, *(f"foreign: {one}" for one in verdict.foreign)]
        outcome.receipts = verdict.receipts
        if verdict.receipts < size.healthy * size.alerts:
            outcome.faults.append(f"{verdict.receipts} receipts of {size.healthy * size.alerts} at least")

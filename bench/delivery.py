"""What delivery costs: how late a webhook is, how many a second, what idle subscribers take, how soon all is well."""

import asyncio
import base64
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

import psutil

from bench.alerting import AlertTopic
from bench.meters import processor_seconds
from bench.receivers import Receivers
from embedded.stack import Stack
from runtime.settings import load_settings
from runtime.topic_creation import create_topics

_HARMWATCH = str(Path(sys.executable).with_name("harmwatch"))
_PATIENCE_SECONDS = 120.0
_BETWEEN_SECONDS = 0.02
_HEARTBEAT_SECONDS = 60
_SETTLE_SECONDS = 3.0
_IDLE = 300
_BATCH = 100


@dataclass(frozen=True, slots=True)
class Measured:
    """`webhooks` and what they took of a processor, where that says something; seconds."""

    what: str
    figure: str
    webhooks: int = 0
    deliverer_seconds: float = 0.0
    broker_seconds: float = 0.0


@dataclass
class Bench:
    """An installation that delivers to `receivers`, with topics of its own on a stack."""

    stack: Stack
    receivers: Receivers
    alerts: AlertTopic
    folder: Path

    async def subscribe(self, lines: int, more: str = "") -> list[str]:
        """Their names, when each has number 1: the band."""
        names = [f"s{at}" for at in range(lines)]
        entries = [
            f'[[subscription]]\nid = "{name}"\nrecipient = "R"\nagreement = "A"\nurl = "{self.receivers.url(name)}"\n'
            f'keys = ["bench.key"]\nallow = ["127.0.0.0/8"]\n{more}\n'
            for name in names
        ]  # fmt: skip
        file = self.folder / "subscriptions.toml"
        file.write_text("".join(entries))
        command = [_HARMWATCH, "subscriptions", "apply", str(file), "--why", "bench"]
        await asyncio.to_thread(subprocess.run, command, check=True, capture_output=True)
        await self.receivers.have(names, 1, _PATIENCE_SECONDS)
        return names

    async def send(self, count: int = 1) -> None:
        """So many alerts; they can be read when this returns."""
        await asyncio.to_thread(self.alerts.send, count)

    @contextmanager
    def deliverer(self) -> Iterator["subprocess.Popen[bytes]"]:
        """A process, ended at the end."""
        with (self.folder / "deliver.log").open("ab") as log:
            process = subprocess.Popen([_HARMWATCH, "deliver"], stderr=log)
            try:
                yield process
            finally:
                process.terminate()
                process.wait()


Measure = Callable[[Bench], Awaitable[Measured]]


def measure_delivery(stack: Stack, outage_seconds: float, only: Collection[str] = ()) -> Iterator[Measured]:
    """One after the other, each in an installation of its own; `only`: those of these names."""
    measures: list[tuple[str, Measure]] = [
        ("latency", _latency),
        ("one", partial(_many, lines=1, alerts=500)),
        ("batch", partial(_many, lines=1, alerts=5_000, batch=_BATCH)),
        ("many", partial(_many, lines=50, alerts=400)),
        ("idle", _idle),
        ("outage", partial(_outage, seconds=outage_seconds)),
        ("failover", _failover),
    ]
    for name, measure in measures:
        if not only or name in only:
            yield asyncio.run(_installed(stack, measure))


async def _installed(stack: Stack, measure: Measure) -> Measured:
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    key = folder / "bench.key"
    key.write_text(f"whsec_{base64.b64encode(os.urandom(32)).decode()}\n")
    key.chmod(0o600)
    os.environ.update(HARMWATCH_PREFIX=f"{folder.name}-", HARMWATCH_SECRETS=str(folder))
    settings, receivers = load_settings(), Receivers()
    create_topics(settings, 1)
    await receivers.open()
    with AlertTopic(settings) as alerts:
        alerts.send(1)
        try:
            return await measure(Bench(stack, receivers, alerts, folder))
        finally:
            await receivers.close()


async def _latency(bench: Bench) -> Measured:
    """One subscriber, one alert at a time."""
    took: list[float] = []
    with bench.deliverer():
        (name,) = names = await bench.subscribe(1)
        for number in range(2, 302):
            await bench.send()
            readable = time.perf_counter()
            await bench.receivers.have(names, number, _PATIENCE_SECONDS)
            took.append(1_000 * (bench.receivers.came[name][number] - readable))
            await asyncio.sleep(_BETWEEN_SECONDS)
    took.sort()
    figure = f"p50 {took[len(took) // 2]:.1f} ms, p99 {took[int(len(took) * 0.99)]:.1f} ms"
    return Measured("from an alert that can be read to its request", figure)


async def _many(bench: Bench, lines: int, alerts: int, batch: int = 1) -> Measured:
    """All that many alerts at once bring."""
    with bench.deliverer() as process:
        names = await bench.subscribe(lines, f"batch = {batch}")
        await asyncio.sleep(_SETTLE_SECONDS)
        parties = [[psutil.Process(process.pid)], [psutil.Process(bench.stack.kafka_pid)]]
        before = [processor_seconds(one) for one in parties]
        await bench.send(alerts)
        begun = time.perf_counter()
        await bench.receivers.have(names, alerts + 1, _PATIENCE_SECONDS)
        seconds = time.perf_counter() - begun
        used = [processor_seconds(one) - past for one, past in zip(parties, before, strict=True)]
    who = f"{lines} subscribers" if lines > 1 else "one subscriber"
    who += f" with batches of {batch}" if batch > 1 else ""
    return Measured(f"{who}, {alerts} alerts at once", f"{lines * alerts / seconds:,.0f}/s", lines * alerts, *used)


async def _idle(bench: Bench) -> Measured:
    """Nothing comes, but for their heartbeats."""
    with bench.deliverer() as process:
        await bench.subscribe(_IDLE, f"heartbeat_seconds = {_HEARTBEAT_SECONDS}")
        await asyncio.sleep(_SETTLE_SECONDS)
        ours = [psutil.Process(process.pid)]
        before = processor_seconds(ours)
        await asyncio.sleep(_HEARTBEAT_SECONDS)
        used, memory = processor_seconds(ours) - before, ours[0].memory_info().rss / 1e6
    what = f"{_IDLE} idle subscribers, a heartbeat each every {_HEARTBEAT_SECONDS} s"
    return Measured(what, f"{used / _HEARTBEAT_SECONDS:.1%} of a core, {memory:.0f} MB")


async def _outage(bench: Bench, seconds: float) -> Measured:
    """Ten receivers are away until the pauses are as long as they get, and 1,000 alerts wait."""
    with bench.deliverer() as process:
        names = await bench.subscribe(10)
        await bench.receivers.close()
        await bench.send(1_000)
        await asyncio.sleep(seconds)
        parties = [[psutil.Process(process.pid)], [psutil.Process(bench.stack.kafka_pid)]]
        before = [processor_seconds(one) for one in parties]
        await bench.receivers.open()
        begun = time.perf_counter()
        await bench.receivers.have(names, 1_001, _PATIENCE_SECONDS)
        took = time.perf_counter() - begun
        used = [processor_seconds(one) - past for one, past in zip(parties, before, strict=True)]
        first = max(bench.receivers.came[name][2] for name in names) - begun
    what = f"ten subscribers with 1,000 alerts waiting, back after {seconds:.0f} s away"
    return Measured(what, f"{took:.0f} s; the last one was asked after {first:.0f} s", 10_000, *used)


async def _failover(bench: Bench) -> Measured:
    """The one in office is killed -9 under a stream of alerts; the other one stands by."""
    with bench.deliverer() as first:
        (name,) = names = await bench.subscribe(1)
        with bench.deliverer():
            await asyncio.sleep(2 * _SETTLE_SECONDS)
            for number in range(2, 202):
                if number == 50:
                    first.kill()
                await bench.send()
                await asyncio.sleep(0.1)
            await bench.receivers.have(names, 201, _PATIENCE_SECONDS)
    came = [bench.receivers.came[name][number] for number in range(10, 202)]
    longest = max(after - before for before, after in pairwise(came))
    return Measured("without a webhook after a kill -9, another one standing by", f"{longest:.1f} s")

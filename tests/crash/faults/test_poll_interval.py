"""No interval of Kafka's client makes a worker deaf: whoever stands by takes over, whoever had to wait goes on."""

import asyncio
import os
import signal
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import aiokafka
import pytest
from aiokafka.consumer import subscription_state

from broker.admin_connection import AdminConnection
from broker.members import find_group
from broker.security import Brokers
from models.clock import ClockMode
from models.topics import OFFENCES
from policies.policy_file import load_policy
from runtime.installation import Installation as Ours
from runtime.settings import Settings
from runtime.topic_identity import find_place
from streams.limits import SHIPPED, Limits
from streams.transport.client import make_client
from streams.worker.app import make_app
from tests.crash.limited import limited_worker
from tests.end_to_end.installation import Installation
from tests.end_to_end.recovery.test_recovery import lines, small_policy

if TYPE_CHECKING:
    from embedded.stack import Stack

pytestmark = pytest.mark.stack
INTERVAL_SECONDS = 2.0
TEN_YEARS_SECONDS = 10 * 365 * 86_400.0
HEARTBEATS = 6
PATIENCE_SECONDS = 60.0


def wait_until(holds: Callable[[], bool], missing: str) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < until, missing
        time.sleep(0.05)


@pytest.fixture
def installation(stack_environment: dict[str, str], tmp_path: Path) -> Installation:
    return Installation(stack_environment, tmp_path, policy=small_policy(tmp_path), clock="event")


def members(installation: Installation) -> int:
    given = installation.environment
    with closing(AdminConnection(Brokers(given["HARMWATCH_KAFKA"].split(",")))) as asking, asking.client() as client:
        return len(find_group(client, f"{installation.prefix}harmwatch-v100", "").members)


def ingest(installation: Installation, first: int, records: int) -> None:
    data = installation.folder / f"reports-{first}.jsonl"
    data.write_bytes(b"".join(lines(first + records).splitlines(keepends=True)[first:]))
    installation.json("ingest", str(data))


@pytest.mark.parametrize(
    ("limits", "fetches"),
    [pytest.param(SHIPPED, 0, id="shipped"), pytest.param(Limits(poll_interval_seconds=1.0), 1, id="a second")],
)
def test_a_client_that_fetches_nothing_stays_in_its_group(
    installation: Installation, monkeypatch: pytest.MonkeyPatch, limits: Limits, fetches: int
) -> None:
    """Ten years go by on its clock. The shipped interval holds alone; for a short one a fetch is always under way."""
    given = installation.environment
    settings = Settings(
        kafka=given["HARMWATCH_KAFKA"], redis=given["HARMWATCH_REDIS"], policy=Path(given["HARMWATCH_POLICY"]),
        clock=ClockMode.EVENT, prefix=installation.prefix, session_seconds=2.0,
    )  # fmt: skip
    ours = Ours(settings, load_policy(settings.policy), find_place(settings))

    async def stay() -> None:
        app = make_app(ours, limits)
        client = make_client(app.conf, settings.brokers, ours.place, limits)
        client._subscription._fetch_count = min(fetches, client._subscription._fetch_count)
        await client.start()
        try:
            client.subscribe([ours.topic(OFFENCES)])
            async with asyncio.timeout(PATIENCE_SECONDS):
                while not client.assignment():
                    await asyncio.sleep(0.05)
            await look_for_ten_years(client)
        finally:
            await client.stop()

    async def look_for_ten_years(client: aiokafka.AIOKafkaConsumer) -> None:
        member, right = client._coordinator.member_id, time.monotonic
        monkeypatch.setattr(subscription_state, "time", SimpleNamespace(monotonic=lambda: right() + TEN_YEARS_SECONDS))
        await asyncio.sleep(HEARTBEATS * settings.session_seconds / 6)
        assert client._coordinator.member_id == member
        assert await asyncio.to_thread(members, installation) == 1

    asyncio.run(stay())


@pytest.mark.thorough
def test_a_standby_takes_over_long_after_the_interval(installation: Installation) -> None:
    ingest(installation, 0, 100)
    installation.start_worker()
    installation.wait_idle()
    installation.end_workers()  # it has committed: a group that never has hides the fault
    said, limits = (
        [installation.folder / name for name in ("one", "other")],
        {"poll_interval_seconds": INTERVAL_SECONDS},
    )
    with ExitStack() as closing_all:
        workers = [closing_all.enter_context(limited_worker(installation, log, **limits)) for log in said]
        wait_until(lambda: members(installation) == 2, "the standby has not joined")
        time.sleep(3 * INTERVAL_SECONDS)
        installation.wait_idle()
        active = max((0, 1), key=lambda number: last_in_office(said[number]))
        workers[active].kill()
        ingest(installation, 100, 100)
        assert installation.wait_idle(90)["lag"] == 0
        assert workers[1 - active].poll() is None


def last_in_office(said: Path) -> str:
    """When its relay last began, as its log says it; the worker that owns partition 0 was the last of all."""
    return max((line for line in said.read_text().splitlines() if "the relay goes on" in line), default="")


@pytest.fixture
def apart(crash_stack: "Stack", tmp_path: Path) -> Installation:
    """An installation whose store may stand still."""
    return Installation(crash_stack.environment(), tmp_path, 2, policy=small_policy(tmp_path), clock="event")


@pytest.mark.thorough
@pytest.mark.timeout(300)  # it stands for 45 s
def test_a_store_that_stood_still_for_longer_than_the_interval_makes_nobody_deaf(
    crash_stack: "Stack", apart: Installation
) -> None:
    """Nor does it end anybody: it is a wait with a name, however long, also beyond the limit of the watchdog."""
    limits = {"poll_interval_seconds": INTERVAL_SECONDS, "looks": 60, "look_seconds": 0.25}
    with ExitStack() as closing_all:
        workers = [
            closing_all.enter_context(limited_worker(apart, apart.folder / f"worker-{number}.log", **limits))
            for number in range(2)
        ]
        ingest(apart, 0, 2_000)
        apart.wait_idle()
        os.kill(crash_stack.valkey_pid, signal.SIGSTOP)
        try:
            ingest(apart, 2_000, 20_000)
            time.sleep(45)
        finally:
            os.kill(crash_stack.valkey_pid, signal.SIGCONT)
        assert apart.wait_idle(90)["lag"] == 0
        assert [worker.poll() for worker in workers] == [None, None]

"""What a member of the group may believe: a group that has become empty takes a commit of anybody, for instance."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from faust.types import TP

from models.clock import ClockMode
from models.record import Offset
from models.topics import OFFENCES
from policies.policy_file import load_policy
from runtime.installation import Installation as Ours
from runtime.settings import Settings
from runtime.topic_identity import find_place
from streams.limits import SHIPPED
from streams.transport.commit_notes import CommitNotes
from streams.transport.consumer import RunConsumer
from streams.transport.consumer_thread import RunConsumerThread
from streams.worker.app import make_app
from tests.end_to_end.installation import Installation
from tests.end_to_end.recovery.test_recovery import small_policy

pytestmark = pytest.mark.stack
PATIENCE_SECONDS = 60.0


async def leave(client: RunConsumerThread) -> None:
    """What Kafka's client does of its own accord; nobody joins again. To be run in the client's loop."""
    coordinator = client._ensure_consumer()._coordinator
    for task in asyncio.all_tasks():
        if any(name in repr(task.get_coro()) for name in ("_coordination_routine", "_heartbeat_routine")):
            task.cancel()
    await coordinator._maybe_leave_group()


class CutShort(CommitNotes):
    """Whoever commits is cancelled once it has taken what is to be noted."""

    def beside(self, partition: int, before: str | None) -> str:
        told = super().beside(partition, before)
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
        return told


@pytest.fixture
def ours(stack_environment: dict[str, str], tmp_path: Path) -> Ours:
    installation = Installation(stack_environment, tmp_path, policy=small_policy(tmp_path), clock="event")
    given = installation.environment
    settings = Settings(
        kafka=given["HARMWATCH_KAFKA"], redis=given["HARMWATCH_REDIS"], policy=Path(given["HARMWATCH_POLICY"]),
        clock=ClockMode.EVENT, prefix=installation.prefix,
    )  # fmt: skip
    return Ours(settings, load_policy(settings.policy), find_place(settings))


@asynccontextmanager
async def joined(ours: Ours, notes: CommitNotes) -> AsyncIterator[RunConsumer]:
    """The consumer of an app whose client is a member of its group."""
    app = make_app(ours, SHIPPED)
    app.transport.commit_notes = notes
    client: RunConsumerThread = app.consumer.client
    await client.start()
    try:
        await client.call_thread(client._ensure_consumer().subscribe, [ours.topic(OFFENCES)])
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not client.assignment():
                await asyncio.sleep(0.05)
        yield app.consumer
    finally:
        await client.stop()


def test_a_worker_that_has_left_an_empty_group_proves_nothing(ours: Ours) -> None:
    tp = TP(ours.topic(OFFENCES), 0)

    async def prove() -> tuple[bool, bool]:
        async with joined(ours, CommitNotes()) as consumer:
            before = await consumer.client.prove_membership(tp)
            await consumer.client.call_thread(leave, consumer.client)
            assert consumer.client.assignment()
            return before, await consumer.client.prove_membership(tp)

    assert asyncio.run(prove()) == (True, False)


def test_what_a_cancelled_commit_was_to_note_is_still_owed(ours: Ours) -> None:
    notes = CutShort()
    notes.published("journal", 1, 0)

    async def commit_and_be_cancelled() -> None:
        async with joined(ours, notes) as consumer:
            with pytest.raises(asyncio.CancelledError):
                await consumer.client.commit({TP(ours.topic(OFFENCES), 0): Offset(0)})

    asyncio.run(commit_and_be_cancelled())
    assert notes.is_owed


def test_a_partition_stays_parked_until_it_is_sought(ours: Ours) -> None:
    """What is in hand of it would be awaited again."""
    tp, sought = TP(ours.topic(OFFENCES), 0), threading.Event()

    async def ledger_of(assigned: set[TP]) -> dict[TP, int]:
        return dict.fromkeys(assigned, 0)

    async def park_and_seek() -> tuple[set[TP], set[TP]]:
        async with joined(ours, CommitNotes()) as consumer:
            consumer.transport.ledger_of = ledger_of
            consumer.park(tp)
            consumer.client.thread_loop.call_soon_threadsafe(sought.wait, PATIENCE_SECONDS)
            seeking = asyncio.ensure_future(consumer.seek_to_committed())
            await asyncio.sleep(0.3)
            before = set(consumer.parked)
            sought.set()
            await seeking
            return before, consumer.parked

    assert asyncio.run(park_and_seek()) == ({tp}, set())

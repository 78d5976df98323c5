"""Only a member proves its membership: a group that has become empty takes a commit of anybody."""

import asyncio
from pathlib import Path

import pytest
from faust.types import TP

from models.clock import ClockMode
from models.topics import OFFENCES
from runtime.installation import Installation as Ours
from runtime.places import find_place
from runtime.settings import Settings
from scoring.policy_file import load_policy
from streams.app import make_app
from streams.limits import SHIPPED
from streams.noting import Noting
from streams.transport import RunConsumerThread
from tests.end_to_end.installation import Installation
from tests.end_to_end.test_recovery import small_policy

pytestmark = pytest.mark.stack
PATIENCE_SECONDS = 30.0


async def leave(client: RunConsumerThread) -> None:
    """What Kafka's client does of its own accord; nobody joins again. To be run in the client's loop."""
    coordinator = client._ensure_consumer()._coordinator
    for task in asyncio.all_tasks():
        if any(name in repr(task.get_coro()) for name in ("_coordination_routine", "_heartbeat_routine")):
            task.cancel()
    await coordinator._maybe_leave_group()


def test_a_worker_that_has_left_an_empty_group_proves_nothing(
    stack_environment: dict[str, str], tmp_path: Path
) -> None:
    installation = Installation(stack_environment, tmp_path, policy=small_policy(tmp_path), clock="event")
    given = installation.environment
    settings = Settings(
        kafka=given["HARMWATCH_KAFKA"], redis=given["HARMWATCH_REDIS"], policy=Path(given["HARMWATCH_POLICY"]),
        clock=ClockMode.EVENT, prefix=installation.prefix,
    )  # fmt: skip
    ours = Ours(settings, load_policy(settings.policy), find_place(settings))
    topic = ours.topic(OFFENCES)

    async def prove() -> tuple[bool, bool]:
        app = make_app(ours, SHIPPED)
        app.transport.noting = Noting()
        client: RunConsumerThread = app.consumer.client
        await client.start()
        try:
            await client.call_thread(client._ensure_consumer().subscribe, [topic])
            async with asyncio.timeout(PATIENCE_SECONDS):
                while not client.assignment():
                    await asyncio.sleep(0.05)
            before = await client.prove_membership(TP(topic, 0))
            await client.call_thread(leave, client)
            assert client.assignment()
            return before, await client.prove_membership(TP(topic, 0))
        finally:
            await client.stop()

    assert asyncio.run(prove()) == (True, False)

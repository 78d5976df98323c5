"""Joining a board: it was founded over the records that this worker reads, or the worker ends."""

import asyncio
import uuid
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from faust.types import TP

from models.clock import ClockMode
from models.errors import PreconditionFailed
from models.instants import EARLIEST
from models.topics import OFFENCES
from policies.policy_file import load_policy
from runtime.installation import Installation
from runtime.settings import Sealing, Settings
from runtime.topic_identity import TopicIdentity
from streams.limits import SHIPPED
from streams.worker.app import make_app
from streams.worker.brake import Acceptance
from streams.worker.services import WorkerServices

pytestmark = pytest.mark.stack


@pytest.fixture
def founder(valkey_url: str) -> Installation:
    """One whose board is open; no Kafka is asked for."""
    settings = Settings(
        kafka="127.0.0.1:1", redis=valkey_url, prefix=f"t{uuid.uuid4().hex[:8]}-", clock=ClockMode.EVENT
    )
    policy = load_policy(settings.policy)
    made = Installation(
        settings, policy, TopicIdentity("cluster", str(uuid.uuid4()), f"{settings.prefix}offences.v1", 2)
    )
    with closing(made.open_store()) as store:
        store.claim("one")
        store.found("one", policy.band_size, policy.exit_rank, EARLIEST, made.founding(None), None)
        store.renew("one", "{}")
    return made


def ledger_of_partition_1(installation: Installation) -> dict[TP, int]:
    """What a worker is told that never recovers the board."""

    async def join() -> dict[TP, int]:
        app = make_app(installation, SHIPPED)
        services = WorkerServices(installation, app, Acceptance(given=False), lambda _: None, SHIPPED)
        joining = asyncio.ensure_future(services._ledger_of({TP(installation.topic(OFFENCES), 1)}))
        either: set[asyncio.Future[Any]] = {services.failure, joining}
        await asyncio.wait(either, timeout=10, return_when=asyncio.FIRST_COMPLETED)
        if services.failure.done():
            await services.failure
        return dict(await joining)

    return asyncio.run(join())


def test_who_reads_a_topic_that_was_recreated_does_not_join(founder: Installation) -> None:
    recreated = replace(founder.place, topic_id=str(uuid.uuid4()))
    with pytest.raises(PreconditionFailed, match=f"topic_id is {recreated.topic_id}, the board was founded with"):
        ledger_of_partition_1(replace(founder, place=recreated))


def test_who_seals_joins_no_board_that_was_founded_in_the_clear(founder: Installation, tmp_path: Path) -> None:
    """Whoever was named until then could not be erased, whatever an operator believes."""
    sealing = {"seal": Sealing.ON, "key_store": str(tmp_path / "keys")}
    with pytest.raises(
        PreconditionFailed,
        match="seal is on, the board was founded with off, or by an earlier build",
    ):
        ledger_of_partition_1(replace(founder, settings=founder.settings.model_copy(update=sealing)))


def test_who_reads_what_the_board_was_founded_over_joins(founder: Installation) -> None:
    assert ledger_of_partition_1(founder) == {TP(founder.topic(OFFENCES), 1): 0}

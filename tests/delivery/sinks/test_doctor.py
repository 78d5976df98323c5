"""The doctor of deliveries: nothing to say where nobody delivers, and the right remedy for each that is broken."""

import asyncio
from pathlib import Path

import pytest

from cli.doctor import delivery
from cli.doctor.check import Check, Finding, State
from cli.doctor.examination import Examination
from cli.doctor.patient import Patient
from models.delivery.record import Closed, Stalled
from runtime.settings import Settings
from tests.delivery.delivering import Delivering
from tests.delivery.test_delivery import accepted, receivers, said

pytestmark = pytest.mark.stack
NAMES = ("delivery.receivers", "delivery.keys", "delivery.deliverer")


def found(delivering: Delivering, **settings: object) -> dict[str, Finding]:
    published = delivering.published
    told = {"kafka": published.brokers, "prefix": published.prefix, "secrets": delivering.folder / "secrets"}
    alone = [
        Check(each.name, each.look, each.remedy) for each in delivery.CHECKS
    ]  # what they need is looked at elsewhere
    examined = Examination(Patient(Settings.model_validate(told | settings)), alone).run(30)
    return {finding.check: finding for finding in examined}


def states(delivering: Delivering) -> list[State]:
    return [found(delivering)[name].state for name in NAMES]


def test_where_nobody_is_to_get_alerts_nothing_is_wrong(delivering: Delivering) -> None:
    assert states(delivering) == [State.GOOD] * 3
    nowhere = found(delivering, prefix="there-are-no-such-topics-")
    assert {finding.state for finding in nowhere.values()} == {State.GOOD}
    assert "the topics of deliveries are not there" in nowhere["delivery.keys"].text


def test_each_that_is_broken_is_named_with_its_remedy(delivering: Delivering) -> None:
    key: Path = delivering.folder / "secrets" / "desk.key"

    async def test() -> None:
        async with receivers([204], [413], [410]) as (desk, picky, gone):
            delivering.published.enter(1)
            entries = [
                {"id": "desk", "url": desk.url},
                {"id": "picky", "url": picky.url},
                {"id": "gone", "url": gone.url},
            ]
            delivering.subscribe(entries[0])
            absent = found(delivering)["delivery.deliverer"]
            assert (absent.state, absent.text) == (State.FAULT, "nobody delivers")
            with delivering.deliverer():
                await accepted(delivering, "desk", 1)
                assert await asyncio.to_thread(states, delivering) == [State.GOOD, State.GOOD, State.WEAK]  # no standby
                await asyncio.to_thread(delivering.subscribe, *entries)
                await said(delivering, lambda fact: isinstance(fact, Stalled), "picky")
                await said(delivering, lambda fact: isinstance(fact, Closed), "gone")
                key.chmod(0o644)
                broken = await asyncio.to_thread(found, delivering)
        waiting = "nothing more is sent to picky (number 1: refused, 413), gone (closed by its receiver)"
        assert (broken["delivery.receivers"].state, broken["delivery.receivers"].text) == (State.WEAK, waiting)
        assert broken["delivery.keys"].state is State.FAULT
        assert "desk: HARMWATCH_SECRETS: others than its owner can read" in broken["delivery.keys"].text

    asyncio.run(test())

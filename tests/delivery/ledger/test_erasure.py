"""What was delivered about a person is recalled before they are erased, and goes on being sent when the key is gone."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from delivery.deliverer import deliver
from delivery.secrets import Secrets
from runtime.settings import Settings
from tests.delivery.receiver import Receiver
from tests.delivery.subscribed import a_secret, entry, toml
from tests.delivery.test_delivery import QUICK
from tests.end_to_end.board.test_erasure import ALTHOUGH, Sealed

pytestmark = [pytest.mark.stack, pytest.mark.thorough]


@asynccontextmanager
async def delivering(sealed: Sealed) -> AsyncIterator[None]:
    stop, installation = asyncio.Event(), sealed.installation
    settings = Settings(kafka=installation.environment["HARMWATCH_KAFKA"], prefix=installation.prefix)
    work = asyncio.create_task(deliver(settings, Secrets(sealed.folder / "secrets"), stop, pace=QUICK))
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait_for(work, 60)


async def until(receiver: Receiver, identity: str) -> None:
    async with asyncio.timeout(80):
        while not any(one.event["id"].startswith(identity) for one in receiver.received):
            await asyncio.sleep(0.05)


async def until_recalled(receiver: Receiver, alert_id: str) -> None:
    async with asyncio.timeout(80):
        while not any(alert_id in one.event["data"].get("recalls", ()) for one in receiver.received):
            await asyncio.sleep(0.05)


@pytest.fixture
def sealed(stack_environment: dict[str, str], tmp_path: Path) -> Iterator[Sealed]:
    one = Sealed(stack_environment, tmp_path, str(tmp_path / "keys"))
    yield one
    one.installation.end_workers()
    one.installation.end_workers()


def test_who_got_alerts_about_a_person_hears_that_they_are_erased(sealed: Sealed, tmp_path: Path) -> None:
    installation, who = sealed.installation, sealed.a_member()
    alerts = sealed.clear_alerts()
    theirs = [str(alert["alert_id"]) for alert in alerts if json.dumps(who) in json.dumps(alert)]
    a_secret(tmp_path / "secrets")

    async def test() -> Receiver:
        async with Receiver().serving() as desk:
            file = tmp_path / "subscriptions.toml"
            file.write_text(toml(entry(url=desk.url, **{"from": 1})), "utf-8")
            await asyncio.to_thread(installation.run, "subscriptions", "apply", str(file), "--why", "a test")
            async with delivering(sealed):
                await until(desk, str(alerts[-1]["alert_id"]))
            erased = await asyncio.to_thread(sealed.erase, who, ALTHOUGH)
            assert f"recalled: {len(theirs)} alerts" in erased
            assert "not accepted yet by: desk" in erased
            async with delivering(sealed):
                await until_recalled(desk, theirs[-1])
        return desk

    desk = asyncio.run(test())
    recalls = [one.event for one in desk.received if one.event["type"] == "harmwatch.band.recalled"]
    assert [one["data"]["recalls"][0] for one in recalls] == theirs
    assert [one["data"]["reason"] for one in recalls] == ["erased"] * len(theirs)
    assert not any(f'"{who}"'.encode() in one.body for one in desk.received)
    assert installation.json("verify")["ok"]


def test_an_erasure_without_deliveries_recalls_nothing(sealed: Sealed) -> None:
    assert "recalled" not in sealed.erase(sealed.a_member(), ALTHOUGH)
    assert sealed.installation.read("delivery-orders.v1") == []

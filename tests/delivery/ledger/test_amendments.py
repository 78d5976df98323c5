"""A correction comes: what would not have been sent is recalled from whoever got it, once."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from delivery.deliverer import deliver
from delivery.secrets import Secrets
from runtime.settings import Settings
from tests.delivery.receiver import Receiver
from tests.delivery.subscribed import a_secret, entry, toml
from tests.delivery.test_delivery import QUICK
from tests.end_to_end.installation import Installation
from tests.end_to_end.loading.test_bad_input import a_report
from tests.end_to_end.recovery.test_recovery import lines, small_policy

pytestmark = [pytest.mark.stack, pytest.mark.thorough]


def withdrawn(installation: Installation, folder: Path) -> None:
    """Whoever entered the band last is found to have done nothing of it."""
    entered = [alert for alert in installation.alerts() if alert["transition"] == "entered"]
    who = entered[-1]["offender_id"]
    file = folder / "corrections.jsonl"
    file.write_bytes(b"\n".join(
        a_report(event_id=f"w{n}", type="offence.withdrawn", offence_id=f"o{n}", offender_id=who, revision=2,
                 recorded_at="2024-12-30T00:00:00Z")
        for n in range(300) if f"p{n * n % 997}" == who
    ))  # fmt: skip
    installation.json("ingest", str(file))
    installation.wait_idle()


@pytest.fixture
def installation(stack_environment: dict[str, str], tmp_path: Path) -> Iterator[Installation]:
    one = Installation(stack_environment, tmp_path, policy=small_policy(tmp_path), clock="event")
    yield one
    one.end_workers()


def test_amendments_are_recalled_from_all_who_got_them_and_once(installation: Installation, tmp_path: Path) -> None:
    a_secret(tmp_path / "secrets")
    installation.start_worker()
    (tmp_path / "reports.jsonl").write_bytes(lines(300))
    installation.json("ingest", str(tmp_path / "reports.jsonl"))
    installation.wait_idle()
    recall = ("recall", "--amendments", "--why", "corrected")
    assert installation.json(*recall)["recalled"] == []

    withdrawn(installation, tmp_path)

    async def test() -> tuple[dict[str, Any], Receiver]:
        stop = asyncio.Event()
        async with Receiver().serving() as desk, asyncio.timeout(90):
            (tmp_path / "s.toml").write_text(toml(entry(url=desk.url, **{"from": 1})), "utf-8")
            await asyncio.to_thread(installation.run, "subscriptions", "apply", str(tmp_path / "s.toml"), "--why", "x")
            settings = Settings(kafka=installation.environment["HARMWATCH_KAFKA"], prefix=installation.prefix)
            work = asyncio.create_task(deliver(settings, Secrets(tmp_path / "secrets"), stop, pace=QUICK))
            while len(desk.received) < len(await asyncio.to_thread(installation.alerts)):
                await asyncio.sleep(0.1)
            document = await asyncio.to_thread(installation.json, *recall)
            while len(recalled(desk)) < len(document["recalled"]):
                await asyncio.sleep(0.1)
            stop.set()
            await work
        return document, desk

    document, desk = asyncio.run(test())
    found = installation.json("amendments")["amendments"]
    assert [one["alert_id"] for one in document["recalled"]] == [one["alert_id"] for one in found] == recalled(desk)
    assert len(found) > 0
    assert {name for one in document["recalled"] for name in one["recipients"]} == {"desk"}
    again = installation.json(*recall)
    assert (again["recalled"], again["known"]) == ([], len(found))

    verified = installation.json("verify", "--deliveries")
    sent = len(installation.alerts()) + len(found)
    assert verified["deliveries"] == {
        "subscriptions": 1, "numbers": sent, "receipts": sent, "waiting": 0, "unsent": 0, "unrecalled": 0
    }  # fmt: skip
    last = installation.read("deliveries.v1")[-1]
    installation.send([(last.key, last.value.replace(b'"number"', b'"numbr"'))], "deliveries.v1")
    (foreign,) = installation.json("verify", "--deliveries", code=1)["foreign"]
    assert foreign["topic"] == "deliveries.v1"
    assert installation.json("verify", "--deliveries", "--passed-over", f"deliveries.v1:{foreign['offset']}")["ok"]
    installation.send([(last.key, last.value)], "deliveries.v1")
    (fault,) = installation.json("verify", "--deliveries", code=1)["faults"][:1]
    assert "desk: it names another record before it" in fault


def recalled(receiver: Receiver) -> list[str]:
    events = [one.event for one in receiver.received]
    return [one["data"]["recalls"][0] for one in events if one["type"] == "harmwatch.band.recalled"]

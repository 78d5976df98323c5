"""A deliverer has the rights of its role, over TLS and with a login, and needs no more."""

import asyncio
import os
import subprocess
from pathlib import Path

import pytest

from tests.delivery.delivering import await_that
from tests.delivery.receiver import Receiver
from tests.delivery.subscribed import a_secret, entry, toml
from tests.end_to_end.installation import HARMWATCH
from tests.secure.secured_service import SecuredService

pytestmark = [pytest.mark.stack, pytest.mark.thorough]


def test_a_deliverer_delivers_by_the_rights_of_its_role(service: SecuredService, tmp_path: Path) -> None:
    a_secret(tmp_path / "secrets")
    service.start_worker()
    service.send(30)
    service.wait_idle()

    async def test() -> None:
        async with Receiver([500, 204]).serving() as receiver:
            (tmp_path / "s.toml").write_text(toml(entry(url=receiver.url, **{"from": 1})))
            words = ("subscriptions", "apply", str(tmp_path / "s.toml"), "--why", "a test")
            await asyncio.to_thread(service.run, "operator", *words)
            kept = {name: value for name, value in os.environ.items() if not name.startswith("HARMWATCH_")}
            ours = service.environment("deliver") | {"HARMWATCH_SECRETS": str(tmp_path / "secrets")}
            with (tmp_path / "log").open("wb") as log:
                process = subprocess.Popen([*HARMWATCH, "deliver"], env=kept | ours, stderr=log)
            try:
                await asyncio.to_thread(
                    await_that, lambda: len(receiver.received) > 5, 80, (tmp_path / "log").read_text
                )
                process.terminate()
                assert await asyncio.to_thread(process.wait, 60) == 0
            finally:
                process.kill()
                process.wait(10)
        assert [one.event["deliverynumber"] for one in receiver.received][:4] == [1, 1, 2, 3]

    asyncio.run(test())
    states = {row["state"] for row in service.json("audit", "deliveries", "list")["deliveries"]}
    assert states <= {"accepted", "waiting"}
    assert service.json("audit", "subscriptions", "list")["subscriptions"][0]["number"] >= 5

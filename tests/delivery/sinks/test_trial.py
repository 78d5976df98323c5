"""`subscriptions test`: one signed event that is no number, and what was answered."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook as Judge

from tests.delivery.delivering import Delivering
from tests.delivery.facts import facts_of
from tests.delivery.receiver import Receiver
from tests.delivery.subscribed import SECRET, a_secret, entry, toml
from tests.end_to_end.installation import Said, say


def try_out(folder: Path, answer: int) -> tuple[Said, Receiver]:
    a_secret(folder / "secrets")
    receiver = Receiver([answer])

    async def test() -> Said:
        async with receiver.serving():
            (folder / "s.toml").write_text(toml(entry(url=receiver.url)))
            words = ("subscriptions", "test", "desk", "--file", str(folder / "s.toml"), "--json")
            return await asyncio.to_thread(say, {"HARMWATCH_SECRETS": str(folder / "secrets")}, *words)

    return asyncio.run(test()), receiver


def test_a_test_event_is_signed_and_is_no_number(tmp_path: Path) -> None:
    said, receiver = try_out(tmp_path, 204)
    (got,), document = receiver.received, json.loads(said.output)
    Judge(SECRET).verify(got.body, got.headers, json_parse=False)
    assert (said.code, document["accepted"], document["status"]) == (0, True, 204)
    assert got.event["type"] == "harmwatch.delivery.test"
    assert got.event["id"] == document["id"]
    assert not {"deliverynumber", "follows", "sequence", "subject"} & got.event.keys()


def test_what_was_answered_is_said_and_ends_with_1(tmp_path: Path) -> None:
    said, _ = try_out(tmp_path, 401)
    document: dict[str, Any] = json.loads(said.output)
    assert (said.code, document["accepted"], document["cause"], document["status"]) == (1, False, "unauthorized", 401)


def test_a_subscription_that_no_file_has_is_not_tried(tmp_path: Path) -> None:
    a_secret(tmp_path / "secrets")
    (tmp_path / "s.toml").write_text(toml(entry()))
    settings = {"HARMWATCH_SECRETS": str(tmp_path / "secrets")}
    assert say(settings, "subscriptions", "test", "other", "--file", str(tmp_path / "s.toml")).code == 1
    assert say({}, "subscriptions", "test", "desk", "--file", str(tmp_path / "s.toml")).code == 2


@pytest.mark.stack
def test_by_the_terms_in_force_it_leaves_no_trace_in_the_ledger(delivering: Delivering) -> None:
    async def test() -> None:
        async with Receiver().serving() as receiver:
            await asyncio.to_thread(delivering.subscribe, {"id": "desk", "url": receiver.url})
            tried = await asyncio.to_thread(delivering.json, "subscriptions", "test", "desk")
        assert tried["accepted"]
        assert len(receiver.received) == 1

    asyncio.run(test())
    assert facts_of(delivering) == []
    assert delivering.say("subscriptions", "test", "other").code == 1

"""Who hears nothing for long hears how it stands: quiet, behind or stalled; and never beside another request."""

import asyncio
import json
from typing import Any

import jsonschema
import pytest
from pydantic import ValidationError

import harmwatch_client
from delivery.heartbeats import Heartbeats, make_heartbeat
from harmwatch_client import MemoryPlace
from models.delivery.heartbeat import HEARTBEAT
from models.delivery.record import Accepted, Stalled
from models.schema_files import FOLDER
from tests.delivery.delivering import Delivering
from tests.delivery.facts import facts_of
from tests.delivery.receiver import Receiver
from tests.delivery.subscribed import SECRET, some_terms
from tests.delivery.test_delivery import accepted, in_process, receivers
from tests.delivery.test_ledger import ACCEPTED, NOW, sent

SCHEMA = json.loads(FOLDER.joinpath(f"{HEARTBEAT}.schema.json").read_text("utf-8"))


def beats(receiver: Receiver) -> list[dict[str, Any]]:
    return [one.event["data"] for one in receiver.received if one.event["type"] == HEARTBEAT]


async def beaten(receiver: Receiver, state: str) -> None:
    async with asyncio.timeout(40):
        while state not in [one["state"] for one in beats(receiver)]:
            await asyncio.sleep(0.1)


@pytest.mark.stack
def test_a_receiver_hears_that_it_is_quiet_and_that_it_is_stalled(delivering: Delivering) -> None:
    published = delivering.published

    async def test() -> list[Receiver]:
        async with receivers([204], [400], [204]) as (desk, refusing, none):
            published.enter(1)
            delivering.subscribe(
                {"id": "desk", "url": desk.url, "from": 1, "heartbeat_seconds": 10},
                {"id": "refusing", "url": refusing.url, "from": 1, "heartbeat_seconds": 10},
                {"id": "none", "url": none.url, "from": 1},
            )
            async with in_process(delivering, longest=30):
                await accepted(delivering, "desk", 1)
                await beaten(desk, "quiet")
                await beaten(refusing, "stalled")
                published.enter(2)
                await accepted(delivering, "desk", 2)
            return [desk, refusing, none]

    desk, refusing, none = asyncio.run(test())
    assert beats(none) == []
    quiet, stalled = beats(desk)[0], beats(refusing)[0]
    for one in (quiet, stalled):
        jsonschema.validate(one, SCHEMA)
    assert (quiet["number"], quiet["waiting"], quiet["sequence"], quiet["newest"]) == (1, None, 1, 1)
    assert (stalled["number"], stalled["waiting"], stalled["cause"]) == (0, 1, "refused")
    heard: list[Any] = []
    inbox = harmwatch_client.Receiver([SECRET], MemoryPlace(), lambda _: None, heard.append)
    assert {inbox.take(one.headers, one.body).status for one in desk.received} == {204}
    assert heard == beats(desk)
    facts = [fact for fact in facts_of(delivering) if isinstance(fact, Accepted) and fact.subscription == "desk"]
    assert [fact.number for fact in facts] == [1, 2]


def test_a_heartbeat_is_due_so_long_after_the_last_request_and_never_where_none_is_agreed_on() -> None:
    one = Heartbeats(some_terms(heartbeat_seconds=10), 100.0)
    assert [one.left(at) for at in (100.0, 104.0, 110.0, 115.0)] == [10.0, 6.0, 0.0, 0.0]
    one.heard(115.0)
    assert one.left(115.0) == 10.0
    assert Heartbeats(some_terms(), 0.0).left(1e9) > 1e9


def test_a_heartbeat_says_how_a_line_stands() -> None:
    lines = [
        sent().line,
        sent().add(Stalled, number=1, cause="refused", status=400, tries=1).line,
        sent().add(Accepted, **ACCEPTED).line,
    ]
    states = []
    for line in lines:
        assert line is not None
        identity, body = make_heartbeat(line, "v100", 9, NOW)
        event = json.loads(body)
        assert (event["id"], event["type"], event["subscription"]) == (identity, HEARTBEAT, "desk")
        assert "deliverynumber" not in event
        states.append(event["data"]["state"])
    assert states == ["behind", "stalled", "quiet"]


@pytest.mark.parametrize("sink", ["alertmanager", "pagerduty", "syslog"])
def test_who_has_no_word_for_a_heartbeat_is_promised_none(sink: str) -> None:
    url = "tls://127.0.0.1:6514" if sink == "syslog" else "https://desk.example/hook"
    keys = {"alertmanager": None, "pagerduty": ["desk.key"], "syslog": None}[sink]
    some_terms(sink=sink, url=url, keys=keys)
    with pytest.raises(ValidationError, match="for webhooks alone"):
        some_terms(sink=sink, url=url, keys=keys, heartbeat_seconds=300)

"""Who hears nothing for long hears how it stands: quiet, behind or stalled; and never beside another request."""

import asyncio
import json
import math
from dataclasses import replace
from typing import Any

import jsonschema
import pytest
from pydantic import ValidationError

import harmwatch_client
from delivery.heartbeats import MOST_FAILURES, BoardPulse, Heartbeats, make_heartbeat
from harmwatch_client import MemoryPlace
from models.delivery.heartbeat import HEARTBEAT
from models.delivery.record import Accepted, Resumed, Stalled
from models.instants import format_instant, parse_instant
from models.schema_files import FOLDER
from tests.delivery.delivering import Delivering
from tests.delivery.facts import facts_of
from tests.delivery.ledger.pages import ACCEPTED, NOW, sent
from tests.delivery.receiver import Receiver
from tests.delivery.subscribed import SECRET, some_terms
from tests.delivery.test_delivery import QUICK, accepted, in_process, receivers, said

SCHEMA = json.loads(FOLDER.joinpath(f"{HEARTBEAT}.schema.json").read_text("utf-8"))


def beats(receiver: Receiver) -> list[dict[str, Any]]:
    return [one.event["data"] for one in receiver.received if one.event["type"] == HEARTBEAT]


async def beaten(receiver: Receiver, state: str) -> None:
    async with asyncio.timeout(80):
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
            async with in_process(delivering, replace(QUICK, longest=30, refused=30)):
                await accepted(delivering, "desk", 1)
                await beaten(desk, "quiet")
                await beaten(refusing, "quiet")
                published.enter(2)
                await accepted(delivering, "desk", 2)
            return [desk, refusing, none]

    desk, refusing, none = asyncio.run(test())
    assert beats(none) == []
    quiet, waits = beats(desk)[0], beats(refusing)[0]
    for one in (quiet, waits):
        jsonschema.validate(one, SCHEMA)
    assert (quiet["number"], quiet["waiting"], quiet["delivered_sequence"], quiet["last_sequence"]) == (1, None, 1, 1)
    assert (waits["number"], waits["waiting"], waits["cause"]) == (0, 1, "refused")
    heard: list[Any] = []
    inbox = harmwatch_client.Receiver([SECRET], MemoryPlace(), lambda _: None, heard.append)
    assert {inbox.take(one.headers, one.body).status for one in desk.received} == {204}
    assert heard == beats(desk)
    facts = [fact for fact in facts_of(delivering) if isinstance(fact, Accepted) and fact.subscription == "desk"]
    assert [fact.number for fact in facts] == [1, 2]


def test_a_heartbeat_is_due_so_long_after_the_last_request_and_never_where_none_is_agreed_on() -> None:
    one = Heartbeats(some_terms(heartbeat_seconds=10), 100.0)
    assert [one.left(at) for at in (100.0, 104.0, 110.0, 115.0)] == [10.0, 6.0, 0.0, 0.0]
    one.heard(115.0, is_accepted=True)
    assert one.left(115.0) == 10.0
    assert Heartbeats(some_terms(), 0.0).left(1e9) > 1e9


def test_a_heartbeat_waits_for_what_the_receiver_has_asked_for() -> None:
    one = Heartbeats(some_terms(heartbeat_seconds=10), 100.0)
    one.be_silent(101.0, 3_000.0)
    one.be_silent(102.0, None)
    assert [one.left(at) for at in (110.0, 3_101.0)] == [2_991.0, 0.0]


@pytest.mark.parametrize("asked", [999_999_999.0, math.inf])
def test_a_receiver_that_asks_for_years_is_silent_for_an_hour(asked: float) -> None:
    """Alerts are tried again after that, and their receiver would else take the deliverer for dead."""
    one = Heartbeats(some_terms(heartbeat_seconds=10), 100.0)
    one.be_silent(100.0, asked)
    assert [one.left(at) for at in (100.0, 3_700.0)] == [3_600.0, 0.0]


def test_a_number_that_is_accepted_ends_a_row_of_heartbeats_without_an_answer() -> None:
    """Its receipt ends the stall as well: three more without an answer are to stand in the ledger again."""
    one = Heartbeats(some_terms(heartbeat_seconds=10), 100.0)
    for at in range(MOST_FAILURES):
        one.heard(110.0 + at, is_accepted=False)
        one.failures += 1
    one.heard(120.0, is_accepted=False)
    assert one.failures == MOST_FAILURES
    one.heard(121.0, is_accepted=True)
    assert one.failures == 0


def later(seconds: int) -> str:
    return format_instant(parse_instant(NOW) + seconds * 1_000_000)


@pytest.mark.parametrize(
    ("now", "as_of", "is_wall", "answered", "state"),
    [
        (later(170), NOW, True, True, "quiet"), (later(181), NOW, True, True, "stalled"),
        (later(181), NOW, False, True, "quiet"), (later(61), later(50), True, False, "behind"),
        (later(60), later(50), True, False, "quiet"), (later(300), NOW, True, False, "stalled"),
    ],
)  # fmt: skip
def test_a_heartbeat_tells_a_still_board_from_a_number_that_waits(
    now: str, as_of: str, is_wall: bool, answered: bool, state: str
) -> None:
    line = sent().add(Accepted, **ACCEPTED).line if answered else sent().line
    assert line is not None
    identity, body = make_heartbeat(line, "v100", 9, now, BoardPulse(17, as_of, is_wall), 60)
    event = json.loads(body)
    assert (event["id"], event["type"], event["subscription"]) == (identity, HEARTBEAT, "desk")
    assert "deliverynumber" not in event
    data = event["data"]
    jsonschema.validate(data, SCHEMA)
    assert (data["state"], data["entry"], data["as_of"], data["last_sequence"]) == (state, 17, as_of, 9)
    assert parse_instant(data["next_by"]) - parse_instant(now) == 60_000_000
    assert data["since"] == {"quiet": None, "behind": NOW, "stalled": as_of}[state]
    _, unknown = make_heartbeat(line, "v100", 9, now, None, 60)
    assert json.loads(unknown)["data"]["entry"] is None


def test_heartbeats_that_nobody_answers_stand_in_the_ledger_and_their_return_does() -> None:
    page = sent().add(Accepted, **ACCEPTED)
    with pytest.raises(ValueError, match="no heartbeat is missing"):
        page.add(Resumed, order=None)
    page.add(Stalled, number=1, cause="heartbeat", status=None, tries=3)
    assert page.line is not None
    assert page.line.stalled is not None
    page.add(Resumed, order=None)
    assert page.line.stalled is None


@pytest.mark.stack
@pytest.mark.thorough
def test_three_heartbeats_without_an_answer_are_said_and_the_first_that_is_answered_ends_it(
    delivering: Delivering,
) -> None:
    """Law of make test: the one above, and that a receiver hears."""

    async def test() -> None:
        async with receivers([204, 500, 500, 500, 204]) as (desk,):
            delivering.published.enter(1)
            delivering.subscribe({"id": "desk", "url": desk.url, "from": 1, "heartbeat_seconds": 10})
            async with in_process(delivering):
                async with asyncio.timeout(80):
                    while len(desk.received) < 5:
                        await asyncio.sleep(0.2)
                await said(delivering, lambda fact: isinstance(fact, Resumed), "desk")

    asyncio.run(test())
    steps = [fact for fact in facts_of(delivering) if isinstance(fact, Stalled | Resumed)]
    assert [(one.kind, getattr(one, "cause", None)) for one in steps] == [("stalled", "heartbeat"), ("resumed", None)]


@pytest.mark.parametrize("sink", ["alertmanager", "pagerduty", "syslog"])
def test_who_has_no_word_for_a_heartbeat_is_promised_none(sink: str) -> None:
    url = "tls://127.0.0.1:6514" if sink == "syslog" else "https://desk.example/hook"
    keys = {"alertmanager": None, "pagerduty": ["desk.key"], "syslog": None}[sink]
    some_terms(sink=sink, url=url, keys=keys)
    with pytest.raises(ValidationError, match="for webhooks alone"):
        some_terms(sink=sink, url=url, keys=keys, heartbeat_seconds=300)

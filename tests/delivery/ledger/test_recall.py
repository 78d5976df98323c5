"""A recall reaches whoever got the alert, later ones too, behind it and before anything else, with a receipt."""

import asyncio

import pytest

import harmwatch_client
from harmwatch_client import Delivery, MemoryPlace
from models.delivery.record import Accepted, Closed, Notified, Recalled, Sending, Stalled
from models.journal.transition import Move
from tests.client.published import a_move
from tests.delivery.delivering import Delivering
from tests.delivery.facts import facts_of
from tests.delivery.receiver import Receiver
from tests.delivery.subscribed import SECRET
from tests.delivery.test_delivery import accepted, in_process, receivers, said

pytestmark = pytest.mark.stack


def told(receiver: Receiver) -> list[tuple[int, str]]:
    return [(one.event["deliverynumber"], one.event["id"]) for one in receiver.received]


async def run(delivering: Delivering, *words: str, code: int = 0, reason: str = "--why") -> None:
    done = await asyncio.to_thread(delivering.say, *words, reason, "they were somebody else")
    assert done.code == code, done.errors


def test_who_got_an_alert_gets_its_recall_and_nobody_else(delivering: Delivering) -> None:
    """`full` by itself, `band` in its band, `late` opens behind the recall; `after` began when they had left."""
    published = delivering.published

    async def test() -> list[Receiver]:
        async with receivers([204], [204], [204], [204], [204]) as (full, band, after, late, behind):
            published.enter(1, 2)
            delivering.subscribe({"id": "full", "url": full.url, "from": 1}, {"id": "band", "url": band.url})
            async with in_process(delivering):
                await accepted(delivering, "full", 2)
                await accepted(delivering, "band", 1)
                published.send(a_move(3, Move.LEFT))
                await accepted(delivering, "full", 3)
                await accepted(delivering, "band", 2)
                await asyncio.to_thread(delivering.subscribe, {"id": "after", "url": after.url})
                await accepted(delivering, "after", 1)
                await run(delivering, "recall", "v100:2")
                await run(delivering, "recall", "v100:2")
                await run(delivering, "recall", "v100:9", code=1)
                await accepted(delivering, "full", 4)
                await accepted(delivering, "band", 3)
                published.enter(4)
                await accepted(delivering, "after", 2)
                await accepted(delivering, "full", 5)
                await asyncio.to_thread(delivering.subscribe, {"id": "late", "url": late.url, "from": 2})
                await accepted(delivering, "late", 4)
                await run(delivering, "recall", "v100:1")  # in the band of whoever begins behind it, too
                await asyncio.to_thread(delivering.subscribe, {"id": "behind", "url": behind.url})
                await accepted(delivering, "behind", 2)
                await accepted(delivering, "full", 6)
                await accepted(delivering, "after", 3)
            return [full, band, after, late, behind]

    full, band, after, late, behind = asyncio.run(test())
    recall, other = (one.event["id"] for one in full.received if one.event["type"] == "harmwatch.band.recalled")
    alerts = [(1, "v100:1"), (2, "v100:2"), (3, "v100:3")]
    assert told(full) == [*alerts, (4, recall), (5, "v100:4"), (6, other)]
    assert told(behind) == [(1, "v100:behind:band"), (2, other)]
    assert told(band)[:3] == [(1, "v100:band:band"), (2, "v100:3"), (3, recall)]
    assert told(after) == [(1, "v100:after:band"), (2, "v100:4"), (3, other)]
    assert [identity for _, identity in told(late)] == ["v100:2", recall, "v100:3", "v100:4"]
    recalled: list[Delivery] = []
    inbox = harmwatch_client.Receiver([SECRET], MemoryPlace(), recalled.append)
    assert {inbox.take(one.headers, one.body).status for one in full.received} == {204}
    assert [one.recalls for one in recalled] == [(), (), (), ("v100:2",), (), ("v100:1",)]
    assert "p2" not in str(recalled[3].data)
    assert delivering.json("deliveries", "show", "full", "4")["body_is_the_same"]


@pytest.mark.thorough
def test_a_recall_that_reaches_nobody_is_done_by_telephone(delivering: Delivering) -> None:
    """`stuck` refuses the recall, `gone` has closed; both know of it, and neither gets it when it goes on."""
    published = delivering.published

    async def test() -> list[Receiver]:
        async with receivers([204, 400], [204, 410]) as (stuck, gone):
            published.enter(1)
            delivering.subscribe(
                {"id": "stuck", "url": stuck.url, "from": 1}, {"id": "gone", "url": gone.url, "from": 1}
            )
            async with in_process(delivering):
                await accepted(delivering, "stuck", 1)
                await accepted(delivering, "gone", 1)
                await run(delivering, "recall", "v100:1")
                await said(delivering, lambda fact: isinstance(fact, Stalled), "stuck")
                await said(delivering, lambda fact: isinstance(fact, Closed), "gone")
                listed = (await asyncio.to_thread(delivering.json, "subscriptions", "list", code=1))["subscriptions"]
                assert [one["recalls"] for one in listed] == [1, 1]
                for name in ("stuck", "gone"):
                    await run(delivering, "deliveries", "notified", name, "v100:1", reason="--how")
                    await said(delivering, lambda fact: isinstance(fact, Notified), name)
                    await run(delivering, "deliveries", "notified", name, "v100:1", code=1, reason="--how")
                for receiver in (stuck, gone):
                    receiver.answers[:] = [204]
                await run(delivering, "subscriptions", "resume", "gone", "--from", "place")
                published.enter(2)
                await accepted(delivering, "stuck", 3)
                await accepted(delivering, "gone", 3)
            return [stuck, gone]

    for receiver in asyncio.run(test()):
        assert receiver.received[-1].event["id"] == "v100:2"
        assert receiver.received[-1].event["follows"] == 1


@pytest.mark.thorough
def test_a_recall_waits_for_its_alert(delivering: Delivering) -> None:
    published = delivering.published

    async def test() -> Receiver:
        async with receivers([503]) as (slow,):
            published.enter(1, 2, 3)
            delivering.subscribe({"id": "slow", "url": slow.url, "from": 1})
            async with in_process(delivering):
                await said(delivering, lambda fact: isinstance(fact, Stalled), "slow")
                await run(delivering, "recall", "v100:2")
                await said(delivering, lambda fact: isinstance(fact, Recalled), "slow")
                slow.answers[:] = [204]
                await accepted(delivering, "slow", 4)
            return slow

    slow = asyncio.run(test())
    assert [one.event["sequence"][-1] for one in slow.received][-4:] == ["1", "2", "2", "3"]
    events = [(fact.number, fact.event) for fact in facts_of(delivering) if isinstance(fact, Sending)]
    assert events == [(1, "alert"), (2, "alert"), (3, "recall"), (4, "alert")]
    assert len([fact for fact in facts_of(delivering) if isinstance(fact, Accepted)]) == 4

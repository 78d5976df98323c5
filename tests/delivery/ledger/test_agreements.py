"""An agreement ends when it says so, whatever waits; and who was told about a person can be listed."""

import asyncio
import time

import pytest

from delivery.orders import is_same_agreement
from models.delivery.record import Ended
from models.instants import format_instant
from models.journal.transition import BandEntry, Move
from tests.client.published import a_move
from tests.delivery.delivering import Delivering
from tests.delivery.subscribed import some_terms
from tests.delivery.test_delivery import accepted, in_process, numbers, receivers, said

pytestmark = pytest.mark.stack


def in_seconds(seconds: float) -> str:
    return format_instant(int((time.time() + seconds) * 1_000_000))


def test_when_an_agreement_has_ended_only_ends_are_sent_until_it_goes_on(delivering: Delivering) -> None:
    """`desk` waits for alerts when it ends, `busy` for its receiver; a longer agreement and a resumption go on."""
    published, until = delivering.published, in_seconds(8)

    async def test() -> None:
        async with receivers([204], [503]) as (desk, busy):
            published.enter(1)
            entries = [{"id": "desk", "url": desk.url, "from": 1}, {"id": "busy", "url": busy.url, "from": 1}]
            delivering.subscribe(*[one | {"until": until} for one in entries])
            async with in_process(delivering):
                await accepted(delivering, "desk", 1)
                ended = [
                    await said(delivering, lambda fact: isinstance(fact, Ended), name) for name in ("desk", "busy")
                ]
                assert [fact.number for fact in ended] == [None, 1]
                tries = len(busy.received)
                published.send(a_move(2), a_move(3, Move.LEFT, "p1", BandEntry(1, 1)))
                await accepted(delivering, "desk", 2)
                why = ("--from", "band", "--why", "prolonged")
                refused = await asyncio.to_thread(delivering.say, "subscriptions", "resume", "desk", *why)
                assert (refused.code, f"has ended at {until}" in refused.errors) == (1, True)
                listed = (await asyncio.to_thread(delivering.json, "subscriptions", "list"))["subscriptions"]
                seen = {one["subscription"]: (one["state"], one["cause"], one["since"]) for one in listed}
                assert seen == {"desk": ("closed", "ended", until), "busy": ("closed", "ended", until)}
                await asyncio.sleep(1)  # several pauses between two tries
                assert (numbers(desk), len(busy.received)) == ([1, 2], tries)
                await asyncio.to_thread(delivering.subscribe, entries[0] | {"until": in_seconds(600)})
                unsaid = await asyncio.to_thread(delivering.say, *("subscriptions", "resume", "desk", "--why", "x"))
                assert unsaid.code == 2
                await asyncio.to_thread(delivering.json, "subscriptions", "resume", "desk", *why)
                await accepted(delivering, "desk", 3)
        assert [one.event["id"] for one in desk.received] == ["v100:1", "v100:3", "v100:desk:band:3"]

    asyncio.run(test())
    rows = delivering.json("deliveries", "disclosures", "p1")["disclosures"]
    listed = delivering.json("deliveries", "list", "--person", "p1", "--since", "2026-01-01")["deliveries"]
    assert [(one["subscription"], one["number"]) for one in listed] == [
        (one["subscription"], one["number"]) for one in rows
    ]
    assert delivering.json("deliveries", "list", "--person", "p1", "--since", "2100-01-01")["deliveries"] == []
    assert [(row["subscription"], row["number"], row["what"], row["names"], row["state"]) for row in rows] == [
        ("desk", 1, "alert", True, "accepted"), ("busy", 1, "alert", True, rows[1]["state"]),
        ("desk", 2, "alert", True, "accepted"),
    ]  # fmt: skip
    assert {(row["recipient"], row["agreement"]) for row in rows} == {("Custody desk", "ISA-1")}
    assert delivering.json("deliveries", "disclosures", "p9")["disclosures"] == []


@pytest.mark.thorough
def test_bands_and_recalls_are_disclosures_and_a_thin_one_names_nobody(delivering: Delivering) -> None:
    published = delivering.published

    async def test() -> None:
        async with receivers([204], [204], [204]) as (before, within, thin):
            published.enter(1, 2)
            delivering.subscribe(
                {"id": "within", "url": within.url}, {"id": "thin", "url": thin.url, "content": "thin", "from": 1}
            )
            async with in_process(delivering):
                await accepted(delivering, "within", 1)
                await accepted(delivering, "thin", 2)
                published.send(a_move(3, Move.LEFT))
                await accepted(delivering, "within", 2)
                await asyncio.to_thread(delivering.subscribe, {"id": "behind", "url": before.url})
                await accepted(delivering, "behind", 1)
                await asyncio.to_thread(delivering.say, "recall", "v100:2", "--why", "a test")
                await accepted(delivering, "within", 3)
                await accepted(delivering, "thin", 4)

    asyncio.run(test())
    rows = delivering.json("deliveries", "disclosures", "p2")["disclosures"]
    assert {(row["subscription"], row["number"], row["what"], row["names"]) for row in rows} == {
        ("within", 1, "band", True), ("within", 2, "alert", True), ("within", 3, "recall", False),
        ("thin", 2, "alert", False), ("thin", 3, "alert", False), ("thin", 4, "recall", False),
    }  # fmt: skip


def test_an_end_may_change_under_the_same_id_and_is_an_instant() -> None:
    one, other = some_terms(), some_terms(until="2027-03-31T00:00:00+01:00")
    assert is_same_agreement(one, other)
    assert other.until == "2027-03-30T23:00:00Z"
    for wrong in ("2027-03-31", "2027-03-31T00:00:00", "never"):
        with pytest.raises(ValueError, match="until"):
            some_terms(until=wrong)

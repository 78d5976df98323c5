"""Whoever cannot be reached any more hears of a recall by another subscription of theirs."""

import asyncio
from pathlib import Path

import pytest

from delivery.numbering.contacts import is_taken, stand_ins
from models.delivery.order import CloseOrder, TermsOrder
from models.delivery.record import Accepted, Recalled
from tests.delivery.delivering import Delivering
from tests.delivery.facts import facts_of
from tests.delivery.ledger.written import WHO, Written
from tests.delivery.recalls import a_recall
from tests.delivery.subscribed import entry, some_terms, toml
from tests.delivery.test_delivery import accepted, in_process, receivers
from tests.delivery.test_subscriptions_file import faults_of


def written(recipient: str = "Custody desk", begin: str | int = 9) -> Written:
    """`desk` got everything and is closed; `mail` begins later. Alert 2 is recalled."""
    one = Written()
    one.subscribe("desk", begin=1)
    one.send("desk", 7)
    terms = some_terms(id="desk", contact="mail", **{"from": 1})
    one.order(TermsOrder(subscription="desk", terms=terms, **WHO))
    other = some_terms(id="mail", recipient=recipient, **{"from": begin})
    one.order(TermsOrder(subscription="mail", terms=other, **WHO))
    one.order(a_recall(2))
    one.order(CloseOrder(subscription="desk", **WHO))
    return one


def owed(one: Written) -> list[tuple[str, str]]:
    lines = {name: page.line for name, page in one.pages.items() if page.line is not None}
    return [(name, recall.alert_id) for name, recall in stand_ins(lines, "mail", one.orders, one.sent.log)]


def test_a_contact_takes_the_recall_of_one_that_is_closed_once() -> None:
    one = written()
    assert owed(one) == [("desk", "v100:2")]
    page, closed = one.pages["mail"], one.pages["desk"].line
    assert closed is not None
    (recall,) = closed.due_recalls
    facts = recall.model_dump(include={"order", "alert_id", "sequence", "asked"})
    page.add(Recalled, instead_of="desk", **facts)
    one.flush(page)
    assert owed(one) == []
    assert page.line is not None
    lines = {"mail": page.line, "desk": closed}
    assert not is_taken(lines, recall, "mail")
    assert [one.instead_of for one in page.line.due_recalls] == ["desk"]


def test_another_recipient_and_one_that_got_it_itself_take_nothing() -> None:
    assert owed(written(recipient="Somebody else")) == []
    assert owed(written(begin=1)) == []


def test_a_contact_is_another_subscription_of_the_same_recipient(tmp_path: Path) -> None:
    other = {"id": "mail", "recipient": "Somebody else"}
    for contact in ("mail", "desk", "nobody"):
        text = toml(entry(contact=contact), entry(**other))
        (fault,) = faults_of(tmp_path, text)
        assert fault.endswith("desk: contact: is to be another subscription of the same recipient")
    assert faults_of(tmp_path, toml(entry(contact="mail"), entry(id="mail"))) == []


@pytest.mark.stack
@pytest.mark.thorough
def test_a_recall_reaches_the_mailbox_of_a_desk_that_is_closed(delivering: Delivering) -> None:
    """Law of make test: the first one above."""

    async def test() -> None:
        async with receivers([204], [204]) as (desk, other):
            delivering.published.enter(1)
            delivering.subscribe(
                {"id": "desk", "url": desk.url, "from": 1, "contact": "other"},
                {"id": "other", "url": other.url, "from": 2},
            )
            async with in_process(delivering):
                await accepted(delivering, "desk", 1)
                for words in (("subscriptions", "close", "desk"), ("recall", "v100:1")):
                    await asyncio.to_thread(delivering.json, *words, "--why", "a test")
                await accepted(delivering, "other", 1)
        (recall,) = other.received
        assert (recall.event["type"], recall.event["data"]["recalls"]) == ("harmwatch.band.recalled", ["v100:1"])

    asyncio.run(test())
    assert [fact.instead_of for fact in facts_of(delivering) if isinstance(fact, Recalled)] == [None, "desk"]
    assert len([fact for fact in facts_of(delivering) if isinstance(fact, Accepted)]) == 2
    assert [one["recalls"] for one in delivering.json("subscriptions", "list")["subscriptions"]] == [0, 0]

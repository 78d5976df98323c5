"""Who is named by a stalled subscription hears of it: once, with a number, and in five minutes."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from delivery.numbering.escalation import left_us, stall_of, stalls_for
from delivery.numbering.line import Line
from delivery.pause import SHIPPED
from models.delivery.order import PauseOrder, RewindOrder, SkipOrder, TermsOrder
from models.delivery.record import Closed, Sending, Stalled
from models.delivery.stall import STALLED, Stall
from models.instants import SECOND
from tests.delivery.delivering import Delivering
from tests.delivery.facts import facts_of
from tests.delivery.ledger.pages import NOW
from tests.delivery.ledger.written import WHO, Written
from tests.delivery.subscribed import some_terms
from tests.delivery.test_delivery import QUICK, accepted, in_process, numbers, receivers, said

LATER = "2026-01-01T00:05:00Z"


def written(escalate_to: str | None = "mail", cause: str = "failing") -> Written:
    """`desk` is stalled with number 2; `mail` has been sent everything."""
    one = Written()
    for name, terms in (("desk", {"escalate_to": escalate_to}), ("mail", {})):
        told = some_terms(id=name, **{"from": 1}, **terms)
        one.order(TermsOrder(subscription=name, terms=told, **WHO))
    one.send("mail", 7)
    one.send("desk", 1)
    one.intent("desk")
    stalls(one, "desk", cause)
    return one


def stalls(one: Written, name: str, cause: str = "failing") -> None:
    line = line_of(one, name)
    number = line.number if line.waiting is None else line.waiting.number
    one.pages[name].add(Stalled, number=number, cause=cause, status=503, tries=3)
    one.flush(one.pages[name])


def line_of(one: Written, name: str) -> Line:
    line = one.pages[name].line
    assert line is not None
    return line


def owed(one: Written, name: str = "mail") -> list[Stall]:
    lines = {id_: page.line for id_, page in one.pages.items() if page.line is not None}
    return list(stalls_for(lines, name, one.orders))


def test_a_stall_is_owed_to_whom_the_terms_name_and_to_nobody_else() -> None:
    one = written()
    assert owed(one) == [Stall(stalled="desk", number=2, cause="failing", status=503, since=NOW)]
    assert owed(one, "desk") == []
    assert owed(written(escalate_to=None)) == []


def test_it_is_reported_once_and_another_cause_is_no_other_stall() -> None:
    one = written()
    one.stall("mail", owed(one)[0])
    one.receipt("mail")
    assert owed(one) == []
    stalls(one, "desk", "refused")
    assert owed(one) == []
    assert one.verdict().faults == ()
    with pytest.raises(ValueError, match="told before"):
        one.stall("mail", Stall(stalled="desk", number=2, cause="refused", status=400, since=NOW))


def test_what_is_over_or_paused_or_about_a_stall_itself_is_not_reported() -> None:
    """Else two that name each other would tell of each other for ever."""
    for over in (SkipOrder(subscription="desk", number=2, **WHO), PauseOrder(subscription="desk", **WHO)):
        one = written()
        one.order(over)
        assert owed(one) == []
    one = written()
    one.stall("mail", owed(one)[0])
    stalls(one, "mail")
    assert stall_of(line_of(one, "mail")) is None


def test_one_whose_agreement_has_ended_hears_of_no_stall() -> None:
    one = written()
    lines = {"desk": line_of(one, "desk"), "mail": replace(line_of(one, "mail"), ended=7)}
    assert list(stalls_for(lines, "mail", one.orders)) == []


def test_a_receiver_that_has_closed_it_hears_so_at_once_and_what_may_pass_in_five_minutes() -> None:
    one = written()
    one.pages["desk"].add(Closed, order=None)
    (gone,) = owed(one)
    assert (gone.cause, gone.status, left_us(gone, NOW, SHIPPED.escalates_after)) == ("gone", 410, 0)
    (failing,), (refused,) = owed(written()), owed(written(cause="refused"))
    assert left_us(failing, NOW, SHIPPED.escalates_after) == 300 * SECOND
    assert left_us(failing, LATER, SHIPPED.escalates_after) == 0
    assert left_us(refused, NOW, SHIPPED.escalates_after) == 0


@pytest.mark.parametrize("wrong", ["invented", "changed", "twice"])
def test_a_stall_that_was_none_or_is_reported_otherwise_is_a_fault(wrong: str) -> None:
    one = written()
    stall = owed(one)[0]
    if wrong == "invented":
        stall = stall.model_copy(update={"since": LATER})
    one.stall("mail", stall)
    one.receipt("mail")
    values = list(one.values)
    if wrong == "changed":
        values[-2] = values[-2].replace(b'"cause":"failing"', b'"cause":"refused"')
    if wrong == "twice":
        one.pages["mail"].line = replace(line_of(one, "mail"), escalated=())
        one.stall("mail", stall)
        values = list(one.values)
    (fault, *_) = one.verdict(values).faults
    said = {"invented": "and it was not", "changed": "digest of another body", "twice": "told before"}
    assert said[wrong] in fault


def test_it_is_sent_again_behind_a_rewind_as_it_was() -> None:
    one = written()
    one.stall("mail", owed(one)[0])
    one.receipt("mail")
    one.order(RewindOrder(subscription="mail", number=8, **WHO))
    one.stall("mail", Stall(stalled="desk", number=2, cause="failing", status=503, since=NOW))
    one.receipt("mail")
    assert one.verdict().faults == ()
    assert line_of(one, "mail").number == 8


@pytest.mark.stack
def test_another_subscription_is_sent_one_numbered_event_of_a_stall(
    delivering: Delivering, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It waits for its time, is signed and numbered as any other, comes before alerts, and is proved like them."""
    monkeypatch.setattr("tests.delivery.test_delivery.QUICK", replace(QUICK, escalates_after=1.0))

    async def test() -> None:
        async with receivers([503], [204]) as (desk, mail):
            delivering.published.enter(1)
            delivering.subscribe(
                {"id": "desk", "url": desk.url, "from": 1, "escalate_to": "mail"},
                {"id": "mail", "url": mail.url, "from": "now"},
            )
            async with in_process(delivering):
                await accepted(delivering, "mail", 1)
                delivering.published.enter(2)
                await accepted(delivering, "mail", 2)
                desk.answers[:] = [204]
                await accepted(delivering, "desk", 2)
        assert numbers(mail) == [1, 2]
        told, alert = [one.event for one in mail.received]
        assert (told["type"], alert["id"]) == (STALLED, "v100:2")
        stalled = await said(delivering, lambda fact: isinstance(fact, Stalled), "desk")
        assert told["data"] == {
            "board": "v100", "stalled": "desk", "number": 1, "cause": "failing", "status": 503, "since": stalled.at,
        }  # fmt: skip
        assert "p1" not in json.dumps(told)

    asyncio.run(test())
    sent = [one for one in facts_of(delivering) if isinstance(one, Sending) and one.event == "stall"]
    assert [(one.subscription, one.number) for one in sent] == [("mail", 1)]
    shown: dict[str, Any] = delivering.json("deliveries", "show", "mail", "1")
    assert shown["body_is_the_same"] is True

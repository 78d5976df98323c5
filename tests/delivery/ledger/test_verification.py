"""A whole ledger is verified, whatever people have ordered meanwhile; a deliverer with a fault is named."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from delivery.delivery_event import DeliveryEvent
from delivery.verify.verification import DeliveriesOutcome
from models.delivery.order import NotifiedOrder, RewindOrder, SkipOrder, TermsOrder
from tests.delivery.ledger.written import WHO, Written, two_lines
from tests.delivery.recalls import a_recall
from tests.delivery.subscribed import some_terms


def test_a_whole_ledger_is_verified() -> None:
    verdict = two_lines().verdict()
    assert verdict == DeliveriesOutcome(2, 8, 8, 0, 0, 0, (), (), ())


def test_what_people_ordered_is_verified_too() -> None:
    """Skipped, recalled, gone back to, notified: each as it was ordered."""
    written = Written()
    written.subscribe("desk", begin=1)
    written.send("desk", 2)
    written.intent("desk")
    written.order(SkipOrder(subscription="desk", number=3, **WHO))
    written.order(a_recall(1))
    written.send("desk", 2)
    written.order(a_recall(2, "erase"))
    written.intent("desk")
    written.order(NotifiedOrder(subscription="desk", alert="v100:2", by="x", how="by telephone", at=WHO["at"]))
    first, second = written.sending("desk", 1), written.sending("desk", 2)
    written.order(RewindOrder(subscription="desk", number=1, **WHO))
    for sending in (first, second):
        written.intent("desk", sending)
        written.receipt("desk")
    verdict = written.verdict()
    assert (verdict.faults, verdict.foreign, verdict.numbers, verdict.receipts) == ((), (), 6, 6)


class Skipping(Written):
    """A deliverer with a fault: it leaves an alert out, or sends one twice, in a chain that is whole."""

    def __init__(self, sequences: list[int]) -> None:
        super().__init__()
        self._sequences: Iterator[int] = iter(sequences)

    def told(self, name: str) -> DeliveryEvent:
        told = self.sent.event(next(self._sequences))
        assert told is not None
        page = self.pages[name]
        assert page.line is not None
        page.line = replace(page.line, place=told.sequence - 1)
        return told


@pytest.mark.parametrize(
    ("sequences", "named"),
    [
        ([1, 2, 4, 5, 6, 7], "desk: alert 3 was never sent: number 3 tells 4"),
        ([1, 2, 2, 3, 4, 5, 6, 7], "desk: number 3 tells alert 2, which was sent under another number or before"),
    ],
)
def test_an_alert_that_was_never_sent_or_twice_is_named(sequences: list[int], named: str) -> None:
    written = Skipping(sequences)
    written.subscribe("desk", begin=1)
    written.send("desk", len(sequences))
    (fault,) = written.verdict().faults
    assert named in fault


def test_what_is_yet_to_be_sent_is_held_back_and_no_fault() -> None:
    written = Written()
    written.subscribe("desk", begin=1)
    written.send("desk", 5)
    verdict = written.verdict()
    assert (verdict.faults, verdict.unsent) == ((), 2)
    assert verdict.held_back == ("desk: 2 alerts are not sent yet, from 6 to 7",)
    written.intent("desk")
    verdict = written.verdict()
    assert (verdict.waiting, verdict.unsent, verdict.held_back) == (1, 1, ())
    written.receipt("desk")
    written.send("desk", 1)
    written.order(a_recall(1))
    assert written.verdict().held_back == ("desk: the recall of v100:1 is not sent yet",)
    written.send("desk", 1)
    assert written.verdict().held_back == ()


def test_what_was_sent_when_the_agreement_had_ended_is_named() -> None:
    written = Written()
    terms = some_terms(until="2025-12-31T00:00:00Z", **{"from": 1})
    written.order(TermsOrder(subscription="desk", terms=terms, **WHO))
    written.send("desk", 1)
    written.order(TermsOrder(subscription="desk", terms=terms.model_copy(update={"until": None}), **WHO))
    written.send("desk", 6)
    (fault,) = written.verdict().faults
    assert "desk: number 1 has an intent of 2026-01-01T00:00:00Z, and the agreement ended at 2025" in fault

"""The line of a subscription: what continues it, and what it comes to."""

from collections.abc import Callable

import pytest

from delivery.ledger import Ledger, Page, check_reach
from models.delivery.record import (
    Accepted,
    Changed,
    Closed,
    Delivery,
    Ended,
    Late,
    Notified,
    Opened,
    Recalled,
    Resumed,
    Rewound,
    Sending,
    SetAside,
    Stalled,
)
from models.errors import Unproved
from tests.delivery.ledger.pages import ACCEPTED, DIGEST, a_page, add_intent, opened, sent


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: opened().add(Opened, order=4, place=7, band=False),
        lambda: a_page().add(Closed, order=4),
        lambda: add_intent(sent()),
        lambda: opened().add(Accepted, **ACCEPTED),
        lambda: sent().add(Accepted, **ACCEPTED | {"number": 2}),
        lambda: sent().add(Stalled, number=2, cause="refused", status=400, tries=1),
        lambda: sent().add(SetAside, number=2, order=4),
        lambda: opened().add(Changed, order=3),
        lambda: opened().add(Rewound, number=1, order=4),
        lambda: sent().add(Rewound, number=2, order=4),
        lambda: sent().add(Rewound, number=1, order=3),
        lambda: sent().add(SetAside, number=1, order=4).add(Rewound, number=1, order=5),
        lambda: add_intent(opened().add(Closed, order=4)),
        lambda: opened().add(
            Sending, number=2, follows=0, event="alert", id="v100:8", sequence=8, form=1, digest=DIGEST
        ),
        lambda: opened().add(
            Sending, number=1, follows=0, event="alert", id="v100:7", sequence=7, form=1, digest=DIGEST
        ),
        lambda: opened(band=True).add(
            Sending, number=1, follows=0, event="alert", id="v100:8", sequence=8, form=1, digest=DIGEST
        ),
    ],
)
def test_what_does_not_continue_a_line_is_not_written(wrong: Callable[[], Page]) -> None:
    with pytest.raises(ValueError, match=r"."):
        wrong()


def test_a_number_set_aside_is_followed_by_nobody() -> None:
    line = add_intent(add_intent(sent().add(Accepted, **ACCEPTED)).add(SetAside, number=2, order=4)).line
    assert line is not None
    assert line.waiting is not None
    assert (line.waiting.number, line.waiting.follows, line.place) == (3, 1, 9)


def test_behind_a_rewind_what_was_set_aside_is_left_out_and_the_place_is_kept() -> None:
    page = add_intent(sent().add(Accepted, **ACCEPTED)).add(SetAside, number=2, order=4)
    line = add_intent(page).add(Rewound, number=1, order=5).line
    assert line is not None
    assert (line.next_number, line.followed, line.highest, line.place, line.waiting) == (1, 0, 3, 10, None)
    line = add_intent(add_intent(a_page(line=line)).add(Accepted, **ACCEPTED)).line
    assert line is not None
    assert line.waiting is not None
    assert (line.waiting.number, line.waiting.follows) == (3, 1)


def test_a_recall_is_sent_behind_its_alert_or_its_recipient_is_notified_on_another_way() -> None:
    recalled = sent().add(Recalled, order=4, alert_id="v100:8", sequence=8, asked="rectify")
    sends = {"follows": 1, "event": "recall", "id": "x", "form": 1, "digest": DIGEST, "order": 4}
    page = recalled.add(Accepted, **ACCEPTED)
    for wrong in ({"order": 5}, {"sequence": 7}):
        with pytest.raises(ValueError, match="no such recall"):
            a_page(line=page.line).add(Sending, **{"number": 2, "sequence": 8, **sends, **wrong})
    waiting = page.add(Sending, number=2, sequence=8, **sends)
    assert waiting.line is not None
    assert (waiting.line.place, len(waiting.line.recalls)) == (8, 1)
    with pytest.raises(ValueError, match="no such recall"):
        a_page(line=waiting.line).add(Notified, order=6, alert="v100:9")
    line = waiting.add(Notified, order=6, alert="v100:8").line
    assert line is not None
    assert (line.recalls, line.waiting, line.next_number, line.followed, line.set_aside) == (
        (),
        None,
        3,
        1,
        frozenset(),
    )


def test_a_recall_from_before_the_opening_is_heeded_once() -> None:
    line = opened().add(Recalled, order=1, alert_id="v100:9", sequence=9, asked="rectify").add(Late, order=2).line
    assert line is not None
    assert (line.order, line.recalled) == (3, frozenset({1, 2}))
    with pytest.raises(ValueError, match="heeded before"):
        a_page(line=line).add(Recalled, order=1, alert_id="v100:9", sequence=9, asked="rectify")


def test_what_was_set_aside_is_remembered_and_so_is_that_of_the_band() -> None:
    line = sent().add(SetAside, number=1, order=4).line
    assert line is not None
    assert (line.set_aside, line.has_band) == (frozenset({8}), False)
    band = add_intent(opened(band=True))
    accepted = a_page(line=band.line).add(Accepted, **ACCEPTED).line
    assert accepted is not None
    assert (accepted.set_aside, accepted.has_band) == (frozenset(), True)
    skipped = band.add(SetAside, number=1, order=4).line
    assert skipped is not None
    assert (skipped.set_aside, skipped.has_band) == (frozenset(), False)


def test_a_receipt_ends_a_stall_and_a_late_order_changes_nothing_but_that_it_was_heeded() -> None:
    page = sent().add(Stalled, number=1, cause="refused", status=400, tries=3)
    assert page.line is not None
    assert page.line.stalled is not None
    line = page.add(Accepted, **ACCEPTED).add(Late, order=9).line
    assert line is not None
    assert (line.stalled, line.order, line.terms, line.number) == (None, 9, 3, 1)


@pytest.mark.parametrize(("alert", "order"), [(7, 3), (8, 2)])
def test_what_a_line_is_about_must_be_there(alert: int, order: int) -> None:
    ledger = Ledger()
    for value in sent().values:
        ledger.take(value)
    check_reach(ledger, last_alert=8, last_order=3)
    with pytest.raises(Unproved, match="was it recreated"):
        check_reach(ledger, last_alert=alert, last_order=order)


def test_a_place_to_begin_at_may_be_yet_to_come() -> None:
    ledger = Ledger()
    ledger.take(opened().values[0])
    check_reach(ledger, last_alert=2, last_order=3)


@pytest.mark.parametrize("forged", ["json", "chain", "number", "null"])
def test_a_foreign_record_is_passed_over(forged: str) -> None:
    ledger, page = Ledger(), sent()
    for value in page.values:
        assert ledger.take(value) is not None
    before = dict(ledger.lines)
    kind: type[Delivery] = Accepted
    good = a_page(line=page.line).add(kind, **ACCEPTED).values[0]
    values = {
        "json": b"{", "chain": good.replace(b'"previous":"', b'"previous":"f', 1).replace(b'f"', b'"', 1),
        "number": good.replace(b'"number":1', b'"number":2'), "null": None,
    }  # fmt: skip
    assert ledger.take(values[forged]) is None
    assert ledger.lines == before
    assert ledger.take(good) is not None


def test_a_recall_instead_of_another_subscription_moves_no_place_and_comes_once() -> None:
    page = sent().add(Accepted, **ACCEPTED)
    facts = {"order": 4, "alert_id": "v100:99", "sequence": 99, "asked": "erase", "instead_of": "map"}
    page.add(Recalled, **facts)
    assert page.line is not None
    place = page.line.place
    page.add(Sending, number=2, follows=1, event="recall", id="x", sequence=99, order=4, form=1, digest=DIGEST)
    page.add(Accepted, **(ACCEPTED | {"number": 2}))
    assert (page.line.place, page.line.recalls, page.line.erased) == (place, (), frozenset())
    with pytest.raises(ValueError, match="that recall is under way, or was before"):
        page.add(Recalled, **facts)


def test_an_agreement_ends_once_and_goes_on_with_its_place_or_with_the_band() -> None:
    page = sent().add(Ended, number=1)
    assert page.line is not None
    assert (page.line.waiting, page.line.set_aside, page.line.ended) == (None, frozenset({8}), 8)
    with pytest.raises(ValueError, match="it has ended before"):
        page.add(Ended, number=None)
    again = a_page(line=page.line).add(Resumed, order=9).line
    assert again is not None
    assert (again.ended, again.gaps, again.next_band) == (None, (), None)
    with pytest.raises(ValueError, match="the band comes behind what was sent"):
        a_page(line=page.line).add(Resumed, order=9, band=7)
    page.add(Resumed, order=9, band=20)
    assert (page.line.base, page.line.next_band, page.line.past, page.line.place) == (20, 20, ((7, 8),), 20)
    with pytest.raises(ValueError, match="the band comes where it was agreed on"):
        a_page(line=page.line).add(
            Sending, number=2, follows=0, event="alert", id="v100:20", sequence=20, form=1, digest=DIGEST
        )
    page.add(Sending, number=2, follows=0, event="band", id="b", sequence=20, form=1, digest=DIGEST)
    page.add(Accepted, **(ACCEPTED | {"number": 2}))
    assert (page.line.has_band, page.line.next_band) == (True, None)

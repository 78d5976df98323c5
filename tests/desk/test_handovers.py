"""The desk from hand to hand: offered, taken with what was looked at, or returned."""

from typing import Any, Literal

import pytest

from models.desk.action import HandoverItem
from models.token import Token
from tests.desk.acts import HOUR, Shift, at, named

SEALED = Token("a" * 32, b"x" * 17).text


def test_the_desk_goes_from_hand_to_hand() -> None:
    shift = Shift()
    offer = shift.do("offer_handover")
    for other in ("ann", "cyd"):
        shift.do("take_handover", other, offer=offer)
        assert shift.answer() == "refused"
    shift.do("take_handover", "bob", offer=offer)
    assert (shift.answer(), shift.desk().on_duty) == ("taken", "bob")
    shift.do("return_handover", "bob", second_of=offer)
    assert shift.answer() == "late"


def test_what_was_looked_at_is_taken_returned_or_an_orphan() -> None:
    shift = Shift(("p1", "p2", "p3", "p4"))
    for stay in (1, 2, 3):
        shift.do("look", stay=stay)
    shift.do("look", "cyd", stay=4)
    offer = shift.do("offer_handover")
    ends: tuple[tuple[int, Literal["taken", "returned"]], ...] = ((1, "taken"), (2, "returned"), (4, "taken"))
    items = tuple(HandoverItem(stay=named(stay), end=end) for stay, end in ends)
    shift.do("take_handover", "bob", offer=offer, items=items)
    desk = shift.desk()
    assert [desk.stays[stay].owner for stay in (1, 2, 3, 4)] == ["bob", None, None, "cyd"]
    causes = [back and back.cause for back in (desk.stays[stay].returned for stay in (2, 3))]
    assert causes == ["handed_back", "orphaned"]


def test_why_something_was_returned_stands_beside_it() -> None:
    shift = Shift()
    shift.do("look", stay=1)
    offer = shift.do("offer_handover", words="quiet")
    items = (HandoverItem(stay=named(1), end="returned", why="not mine"),)
    shift.do("take_handover", "bob", offer=offer, items=items)
    desk = shift.desk()
    back = desk.stays[1].returned
    assert back is not None
    assert (back.cause, back.by, back.why) == ("handed_back", "bob", "not mine")
    assert desk.handovers[0].words == "quiet"
    offer = shift.do("offer_handover", "bob", to="ann")
    shift.do("return_handover", "ann", second_of=offer, note="not yet")
    assert [each.why for each in shift.desk().handovers] == [None, "not yet"]


def test_of_who_stands_under_a_token_no_reason_is_written_in_clear() -> None:
    shift = Shift((SEALED, "p2"))
    shift.do("look", stay=1, basis=None)
    offer = shift.do("offer_handover")
    shift.do("take_handover", "bob", offer=offer, items=(HandoverItem(stay=named(1), end="returned", why="in clear"),))
    assert shift.answer() == "refused"
    assert (shift.desk().handovers[0].end, shift.desk().stays[1].owner) == (None, "ann")
    shift.do("take_handover", "bob", offer=offer, items=(HandoverItem(stay=named(1), end="returned", why=SEALED),))
    assert shift.answer() == "taken"


@pytest.mark.parametrize("facts", [{"from": "bob"}, {"to": "ann"}], ids=str)
def test_an_officer_offers_what_is_theirs_to_another(facts: dict[str, Any]) -> None:
    shift = Shift()
    shift.do("offer_handover", **facts)
    assert shift.answer() == "refused"


def test_no_words_are_written_in_clear_on_a_sealed_board() -> None:
    shift = Shift((SEALED,))
    shift.do("offer_handover", words="look at the harbour")
    assert shift.answer() == "refused"
    shift.do("offer_handover")
    assert shift.answer() == "taken"


def test_one_desk_is_offered_once_at_a_time_and_only_what_was_there() -> None:
    shift = Shift()
    shift.do("offer_handover", pack_sequence=9)
    assert shift.answer() == "refused"
    shift.do("offer_handover", pack_offset=9)
    assert shift.answer() == "refused"
    shift.do("offer_handover")
    shift.do("offer_handover", "bob")
    assert shift.answer() == "late"


def test_a_shift_begins_with_the_first_record_and_ends_with_a_taken_handover_or_twelve_hours_later() -> None:
    shift = Shift()
    assert shift.desk().shift_since("ann") is None
    shift.do("note", stay=1, seconds=HOUR)
    shift.do("note", stay=1, seconds=10 * HOUR)
    assert shift.desk(22 * HOUR - 1).shift_since("ann") == at(HOUR)
    assert shift.desk(22 * HOUR).shift_since("ann") is None
    shift.do("note", stay=1, seconds=23 * HOUR)
    assert shift.desk().shift_since("ann") == at(23 * HOUR)
    offer = shift.do("offer_handover", seconds=24 * HOUR)
    shift.do("take_handover", "bob", seconds=25 * HOUR, offer=offer)
    assert (shift.desk().shift_since("ann"), shift.desk().shift_since("bob")) == (None, at(25 * HOUR))

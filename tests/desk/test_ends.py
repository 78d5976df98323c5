"""How a stay ends at the desk: by an alert or by an erasure, looked at or not, in clear or sealed."""

from typing import Any

import pytest

from desk.queue import queue
from models.token import Token
from tests.desk.acts import HOUR, Shift, a_basis

SEALED = Token("a" * 32, b"x" * 17).text
OTHERS = Token("b" * 32, b"x" * 17).text
"""Under another key: an erasure of this one would not reach it."""


def kinds(shift: Shift) -> list[tuple[str, int]]:
    return [(item.kind, item.stay) for item in queue(shift.desk(HOUR))]


@pytest.mark.parametrize("kind", ["look", "close"])
def test_a_stay_that_nobody_looked_at_waits_until_look_or_close(kind: str) -> None:
    shift = Shift()
    shift.leave(1)
    assert kinds(shift) == [("left_unseen", 1)]
    more: dict[str, Any] = {"note": None} if kind == "close" else {}
    shift.do(kind, stay=1, basis=None, **more)
    assert (shift.answer(), kinds(shift)) == ("taken", [])
    shift.do(kind, stay=1, basis=None, **more)
    assert shift.answer() == "late"


def test_a_stay_that_was_looked_at_ends_with_its_alert_and_waits_for_nobody() -> None:
    shift = Shift()
    shift.do("look", stay=1)
    shift.leave(1)
    assert kinds(shift) == []


def test_who_was_corrected_out_comes_before_who_left() -> None:
    shift = Shift(("p1", "p2", "p3"))
    shift.leave(1)
    shift.leave(3, is_correction=True)
    shift.leave(2)
    assert kinds(shift) == [("left_unseen", 3), ("left_unseen", 1), ("left_unseen", 2)]


def test_an_open_stay_is_not_looked_at_without_a_basis_nor_closed_without_a_reason() -> None:
    shift = Shift()
    shift.do("look", stay=1, basis=None)
    assert "rests on no basis" in shift.last().why
    shift.do("look", stay=1)
    shift.do("close", stay=1, note=None)
    assert "no reason" in shift.last().why


def test_an_erasure_ends_every_stay_that_it_names_and_a_later_alert_belongs_to_none() -> None:
    shift = Shift(("p1", "p2"))
    shift.leave(1)
    shift.enter("p1")
    shift.do("erased", stays=(1, 4))
    shift.leave(4)
    desk = shift.desk(HOUR)
    assert [(stay, desk.stays[stay].person, desk.stays[stay].erased_at is None) for stay in (1, 2, 4)] == [
        (1, None, False), (2, "p2", True), (4, None, False),
    ]  # fmt: skip
    assert desk.stays[4].end_sequence is None
    assert kinds(shift) == [("entered", 2)]


@pytest.mark.parametrize(
    ("kind", "facts", "answer"),
    [
        ("note", {"note": "at the harbour"}, "refused"),
        ("note", {"note": SEALED}, "taken"),
        ("note", {"note": OTHERS}, "refused"),
        ("look", {"basis": a_basis().sealed(lambda _: OTHERS)}, "refused"),
        ("look", {"basis": a_basis()}, "refused"),
        ("look", {"basis": a_basis().sealed(lambda _: SEALED)}, "taken"),
        ("look", {"basis": None}, "taken"),
    ],
    ids=str,
)
def test_what_is_written_about_a_sealed_person_is_under_their_key(
    kind: str, facts: dict[str, Any], answer: str
) -> None:
    shift = Shift((SEALED,))
    shift.do(kind, stay=1, **facts)
    assert shift.answer() == answer


def test_a_stay_whose_token_does_not_open_is_closed_without_a_text_and_never_lapses() -> None:
    shift = Shift((SEALED,))
    look = shift.do("look", stay=1, basis=None)
    shift.do("lapse", stay=1, second_of=look, basis=a_basis(2, 5_000).sealed(lambda _: SEALED))
    assert "no basis" in shift.last().why
    shift.do("close", stay=1, basis=None, note=None)
    assert shift.answer() == "taken"

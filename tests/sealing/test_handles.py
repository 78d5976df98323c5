"""Handles name a person in an address, and tell nobody else whom."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealing.handles import Handles

OURS, OTHERS = Handles("0" * 64), Handles("1" * 64)
HOSTILE = ("<script>", "\u202eabc", "a\nb", "x" * 128, "\N{PILE OF POO}" * 128, "a/b?c=d#e", "..")
people = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=128)


@given(people)
def test_only_the_secret_opens_a_handle_and_it_holds_nothing_but_plain_letters(who: str) -> None:
    handle = OURS.handle(who)
    assert OURS.open(handle) == who
    assert OTHERS.open(handle) is None
    assert handle.replace("-", "").replace("_", "").isalnum()
    assert handle.isascii()


@given(people, people)
def test_a_person_has_one_handle_and_one_mark_and_nobody_else_has_them(one: str, other: str) -> None:
    assert (OURS.handle(one) == OURS.handle(other)) == (one == other)
    assert (OURS.mark(one) == OURS.mark(other)) == (one == other)
    assert OURS.mark(one) != OTHERS.mark(one)


@pytest.mark.parametrize("who", HOSTILE)
def test_an_id_does_not_stand_in_its_handle_or_mark(who: str) -> None:
    assert OURS.open(OURS.handle(who)) == who
    assert who not in OURS.handle(who)
    assert who not in OURS.mark(who)


@pytest.mark.parametrize("forged", ["", "=", "a", "....", "A" * 40, "A" * 5_000, "\N{PILE OF POO}", "suspect-0001"])
def test_what_was_not_made_under_the_secret_opens_to_nobody(forged: str) -> None:
    assert OURS.open(forged) is None


def test_a_handle_in_which_one_letter_was_changed_opens_to_nobody() -> None:
    handle = OURS.handle("suspect-0001")
    for place, letter in enumerate(handle):
        other = "B" if letter == "A" else "A"
        assert OURS.open(handle[:place] + other + handle[place + 1 :]) is None

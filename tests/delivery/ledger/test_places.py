"""Places: a line that is read from them on is the whole one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.ledger_reader import LedgerReader
from delivery.numbering.places import Rounds, line_at, state_of
from models.delivery.record import Places
from models.record import Record
from tests.audit.golden.history import WrittenDown
from tests.delivery.ledger.pages import sent
from tests.delivery.ledger.world import STEPS, World


@given(STEPS, st.integers(1, 40))
def test_a_ledger_that_was_read_from_any_places_on_is_the_whole_one(
    steps: list[tuple[str, str, bool, bool]], first: int
) -> None:
    world = World()
    for one in steps:
        world.step(*one)
    values = [a_foreign_value(), *world.log]
    reader = LedgerReader(WrittenDown([Record(offset, 0, None, value) for offset, value in enumerate(values)]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("delivery.ledger_reader.FIRST_LOOK", first)
        reader.begin(list(world.ledger.lines))
    assert reader.ledger.lines == world.ledger.lines
    assert not reader.ledger.is_tail


def a_foreign_value() -> bytes:
    return b"{}"


def test_places_that_say_otherwise_continue_no_line() -> None:
    page = sent()
    assert page.line is not None
    state = state_of(page.line)
    assert line_at(state, page.line.digest) == page.line
    with pytest.raises(ValueError, match="its places are others"):
        page.add(Places, state=state | {"place": 99})
    page.add(Places, state=state)


def test_places_are_written_once_a_round_by_lines_that_move() -> None:
    now = 0.0
    rounds = Rounds(lambda: now)
    rounds.count(5_000)
    assert not rounds.is_due("desk")
    now = 600.0
    assert [rounds.is_due(name) for name in ("desk", "desk", "map")] == [True, False, True]
    now = 1_200.0
    assert not rounds.is_due("desk")
    rounds.count(1_000)
    assert rounds.is_due("desk")

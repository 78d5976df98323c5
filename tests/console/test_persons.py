"""What an action rests on: a person of a board that is whole, and as far as the journal."""

from dataclasses import replace

import pytest

from console.stays.persons import basis_at
from models.board import OffenderView
from models.errors import Unavailable
from state.position import Position

PERSON = OffenderView("p1", rank=3, score=1_500, in_band=True, since=1, contributions=[])
OPEN = Position(
    generation="g1", entry=27, as_of=1, entry_as_of=1, sequence=9, outbox=0, ledger={}, published_hash="",
    half_written=False, whole=True, recovering=False, awaited=None, policy_digest="a" * 64, parked={}, apart=(),
    leap=None, rebuilding=None,
)  # fmt: skip


def test_a_basis_names_the_entry_that_it_is_of() -> None:
    basis = basis_at(OPEN, PERSON, 27)
    assert (basis.entry, basis.generation, basis.score_millidays) == (27, "g1", 1_500)


@pytest.mark.parametrize(
    "position",
    [
        replace(OPEN, generation=None), replace(OPEN, entry=None), replace(OPEN, half_written=True),
        replace(OPEN, whole=False), replace(OPEN, recovering=True), replace(OPEN, entry=26),
    ],
    ids=["closed", "no board", "half written", "something is missing", "rebuilt", "behind the journal"],
)  # fmt: skip
def test_on_a_board_that_is_not_whole_or_was_set_back_nothing_rests(position: Position) -> None:
    with pytest.raises(Unavailable, match="nothing can rest on it"):
        basis_at(position, PERSON, 27)

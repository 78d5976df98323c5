"""The basis of an action: every offence that counts, or the heaviest and what the others come to."""

import json

from models.board import ContributionRow, OffenderView
from models.canonical import digest_of
from models.desk.basis import MOST_ROWS, LighterContributions, basis_of
from models.token import Token


def a_person(offences: int) -> OffenderView:
    rows = [
        ContributionRow(f"o{number:03}", 1, "9A", number, 0, 9, counted=number > 0) for number in range(offences + 1)
    ]
    return OffenderView("p1", 7, sum(row.millidays for row in rows), True, 0, rows)


def test_a_basis_holds_every_offence_that_counts_the_heaviest_first() -> None:
    basis = basis_of(a_person(3), 5, "g1", "a" * 64)
    assert basis.rows == (("o003", 1, "9A", 3), ("o002", 1, "9A", 2), ("o001", 1, "9A", 1))
    assert (basis.rest, basis.counted) == (None, 3)
    assert basis.contributions_digest == digest_of(basis.rows)


def test_of_more_than_two_hundred_offences_the_lightest_are_number_and_sum() -> None:
    basis = basis_of(a_person(MOST_ROWS + 3), 5, "g1", "a" * 64)
    assert len(basis.rows) == MOST_ROWS
    assert (basis.rest, basis.counted) == (LighterContributions(count=3, millidays=1 + 2 + 3), MOST_ROWS + 3)


def test_sealed_rows_are_one_token_and_open_to_the_same_basis() -> None:
    texts: list[str] = []

    def seal(text: str) -> str:
        texts.append(text)
        return Token("a" * 32, b"x" * 17).text

    clear = basis_of(a_person(2), 5, "g1", "a" * 64)
    sealed = clear.sealed(seal)
    assert "o002" not in sealed.model_dump_json()
    assert sealed.clear_rows is None
    assert sealed.contributions_digest == digest_of(sealed.rows)
    assert json.loads(texts[0]) == [list(row) for row in clear.clear_rows or ()]
    assert sealed.opened(lambda _: texts[0]) == clear
    assert sealed.opened(lambda _: None) == sealed

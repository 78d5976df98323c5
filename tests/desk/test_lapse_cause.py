"""Why what rested on a basis no longer counts, of two bases in clear and of sealed ones."""

from hypothesis import given
from hypothesis import strategies as st

from desk.lapse_cause import has_other_rows, is_refuted, lapse_cause
from models.desk.basis import Basis, BasisRow, LighterContributions
from models.token import Token
from tests.desk.acts import RULES, a_basis

ROWS = st.lists(
    st.tuples(st.sampled_from(("o1", "o2", "o3")), st.integers(1, 3), st.just("9A"), st.integers(0, 400_000)),
    unique_by=lambda row: row[0], min_size=1,
)  # fmt: skip


def of(rows: list[BasisRow], policy: str) -> Basis:
    return a_basis(1, sum(row[3] for row in rows), policy, *rows)


@given(ROWS, ROWS, st.sampled_from("ab"))
def test_no_cause_that_a_console_finds_is_refuted_by_a_fold(
    before: list[BasisRow], now: list[BasisRow], policy: str
) -> None:
    first, second = of(before, "a"), of(now, policy)
    cause = lapse_cause(first, second, RULES)
    assert cause is None or not is_refuted(cause, first, second, RULES)


@given(ROWS)
def test_an_expiry_is_no_cause_and_asks_for_no_second_reading(rows: list[BasisRow]) -> None:
    before = of(rows, "a")
    for kept in range(1, len(rows)):
        now = of(rows[:kept], "a")
        assert lapse_cause(before, now, RULES) is None
        assert not has_other_rows(before, now)


def test_a_lower_revision_is_doubt_and_no_correction() -> None:
    before, now = a_basis(1, 700, "a", ("o1", 2, "9A", 700)), a_basis(2, 700, "a", ("o1", 1, "9A", 700))
    assert lapse_cause(before, now, RULES) is None
    assert has_other_rows(before, now)


def test_an_offence_that_may_have_been_among_the_rest_is_not_new() -> None:
    before = a_basis(1, 900_000, "a", ("o1", 1, "9A", 500_000), rest=LighterContributions(count=1, millidays=400_000))
    light, heavy = ("o2", 1, "9A", 400_000), ("o2", 1, "9A", 500_001)
    assert lapse_cause(before, a_basis(2, 900_000, "a", light), RULES) is None
    assert not has_other_rows(before, a_basis(2, 900_000, "a", light))
    assert lapse_cause(before, a_basis(2, 900_000, "a", heavy), RULES) == "growth"
    assert has_other_rows(before, a_basis(2, 900_000, "a", heavy))


def test_sealed_rows_refute_nothing_but_the_policy() -> None:
    sealed = a_basis().sealed(lambda _: Token("a" * 32, b"x" * 17).text)
    assert not is_refuted("growth", sealed, sealed, RULES)
    assert not is_refuted("correction", sealed, sealed, RULES)
    assert is_refuted("policy", sealed, sealed, RULES)
    heavy = a_basis(2, 1_000, "a", ("o9", 1, "1A", 500_000))
    assert lapse_cause(sealed, heavy, RULES) is None

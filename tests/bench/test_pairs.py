"""Pairs of laps as a table: each lap is held against the one right before it, not against all others."""

from bench.meters import Costs
from bench.pairs import Pair
from bench.race import Lap
from bench.report import pairs_table


def a_pair(mean_seconds: float, other_seconds: float, name: str = "hot") -> Pair:
    return Pair(a_lap("once", mean_seconds), a_lap(name, other_seconds))


def a_lap(name: str, seconds: float) -> Lap:
    return Lap(name, 1_000, seconds, Costs(seconds, seconds / 2, 0.0, 0), right=False)


def test_ratios_are_of_each_lap_to_the_one_before_it() -> None:
    slow_and_fast_hours = [a_pair(1.0, 1.25), a_pair(4.0, 5.0), a_pair(1.0, 1.0)]
    row = pairs_table(slow_and_fast_hours).splitlines()[2]
    assert row == "| hot | 1,000 | 800 | 200 to 1,000 | 0.80 | 0.80 to 1.00 | 1250.0, 625.0, 0.0 | 1000.0, 500.0, 0.0 |"


def test_each_input_has_a_row_of_its_own_in_the_order_of_measuring() -> None:
    table = pairs_table([a_pair(1.0, 1.0), a_pair(1.0, 2.0, "large"), a_pair(1.0, 1.0)])
    assert [row.split("|")[1].strip() for row in table.splitlines()[2:]] == ["hot", "large"]

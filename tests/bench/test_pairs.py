"""An input against the laps beside it, as a table: a slow hour is slow for both."""

from bench.meters import Costs
from bench.pairs import Pair
from bench.race import Lap
from bench.report import pairs_table


def a_pair(before: float, other: float, after: float, name: str = "hot") -> Pair:
    """By the seconds of its laps."""
    return Pair(a_lap(name, other), (a_lap("once", before), a_lap("once", after)))


def a_lap(name: str, seconds: float) -> Lap:
    return Lap(name, 1_000, seconds, Costs(seconds, seconds / 2, 0.0, 0), right=False)


def test_ratios_are_of_each_lap_to_the_two_beside_it() -> None:
    slow_and_fast_hours = [a_pair(1.0, 1.25, 1.0), a_pair(3.0, 5.0, 5.0), a_pair(1.0, 1.0, 1.0)]
    row = pairs_table(slow_and_fast_hours).splitlines()[2]
    assert row == ("| hot | 1,000 | 800, 200 to 1,000 | 0.80, 0.80 to 1.00 | 1250.0, 625.0, 0.0 | 1000.0, 500.0, 0.0 |")


def test_each_input_has_a_row_of_its_own_in_the_order_of_measuring() -> None:
    table = pairs_table([a_pair(1.0, 1.0, 1.0), a_pair(1.0, 2.0, 1.0, "large"), a_pair(1.0, 1.0, 1.0)])
    assert [row.split("|")[1].strip() for row in table.splitlines()[2:]] == ["hot", "large"]

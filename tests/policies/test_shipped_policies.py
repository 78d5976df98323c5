"""The laws of the policies that come with the project."""

import csv
import os
from pathlib import Path

import pytest

from policies.policy_file import load_policy

PROJECT = Path(__file__).parents[2]
PUBLISHED = PROJECT.parent / "shared" / "reference" / "cchi-2020.csv"


def millidays(days: str) -> int:
    whole, _, decimals = days.partition(".")
    return int(whole) * 1_000 + int(decimals.ljust(3, "0"))


@pytest.fixture
def published() -> list[dict[str, str]]:
    if not PUBLISHED.is_file():
        message = f"the published index is not at {PUBLISHED.relative_to(PROJECT.parent)}"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    with PUBLISHED.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", ["v100", "cook-county"])
def test_a_shipped_policy_has_no_fault(name: str) -> None:
    assert load_policy(PROJECT / "policies" / f"{name}.toml").id == name


def test_days_are_those_that_were_published_and_the_lowest_on_ambiguity(
    published: list[dict[str, str]],
) -> None:
    lowest: dict[str, int] = {}
    for row in published:
        for code in (row["urn"], f"{row['class_code']}:{row['ho_code']}"):
            lowest[code] = min(millidays(row["days"]), lowest.get(code, 2**53))
    index = load_policy(PROJECT / "policies" / "v100.toml").index
    assert dict(index) == {code: lowest.get(code) for code in index}


def test_a_code_with_a_urn_inside_the_scope_is_there() -> None:
    index = load_policy(PROJECT / "policies" / "v100.toml").index
    assert index["19C.19.8.0"] == 1_825_000
    assert index["105.8.67.0"] == 84_000
    assert index["8N:008/01"] == 19_000


def test_charges_of_cook_county_weigh_their_minimum_terms() -> None:
    index = load_policy(PROJECT / "policies" / "cook-county.toml").index
    days = {"M": 7300, "X": 2190, "1": 1460, "2": 1095, "3": 730, "4": 365} | dict.fromkeys("ABCPOZ", 0)
    assert dict(index) == {code: weight * 1_000 for code, weight in days.items()}

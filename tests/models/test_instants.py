"""Instants: read in two parts that are remembered, they are what the whole text says."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.instants import EARLIEST, LATEST, format_instant, parse_instant

FORM = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:[0-5]\d)", re.ASCII)


def two(numbers: range) -> st.SearchStrategy[str]:
    return st.sampled_from([f"{number:02}" for number in numbers])


dates = st.builds(
    "{}-{}-{}".format,
    st.sampled_from(["0000", "0001", "1899", "1900", "1970", "2000", "2023", "2024", "2100", "2199", "2200", "9999"]),
    two(range(14)),
    two(range(33)),
)
ends = st.sampled_from(
    ["Z", "z", "+00:00", "-00:00", "+01:00", "-23:59", "+24:00", "+0100", "+01:60", "+00:99", "", " Z"]
)
fractions = st.sampled_from(["", ".5", ".123456", ".1234567", ".999999999", ".000000999", ".", ",5"])
texts = st.builds(
    "{}{}{}:{}:{}{}{}".format,
    dates,
    st.sampled_from("Tt _"),
    two(range(26)),
    two(range(62)),
    two(range(62)),
    fractions,
    ends,
)


def as_a_whole(text: str) -> int | None:
    """What the standard library reads in the whole text; None: it is no instant of ours."""
    if FORM.fullmatch(text) is None:
        return None
    try:
        micros = (datetime.fromisoformat(text.upper()) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    except (ValueError, OverflowError):
        return None
    return micros if EARLIEST <= micros <= LATEST else None


def read(text: str) -> int | None:
    try:
        return parse_instant(text)
    except ValueError:
        return None


@settings(max_examples=3_000)
@given(texts)
def test_an_instant_is_what_the_whole_text_says(text: str) -> None:
    assert read(text) == as_a_whole(text)


@given(texts, st.integers(0, 40), st.text(alphabet="0123456789-:.+TZ \u0661", max_size=2), st.integers(0, 2))
def test_a_broken_text_is_no_other_instant(text: str, at: int, put: str, cut: int) -> None:
    broken = text[:at] + put + text[at + cut :]
    assert read(broken) == as_a_whole(broken)


@given(st.integers(EARLIEST, LATEST))
def test_what_is_written_is_read_back(micros: int) -> None:
    assert parse_instant(format_instant(micros)) == micros


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2024-01-01T00:00:00", "is not RFC 3339 with an offset"),
        ("2200-01-01T00:00:00Z", "is outside the years 1900 to 2199"),
        ("1900-01-01T00:30:00+01:00", "is outside the years 1900 to 2199"),
        ("2024-01-01T00:61:00Z", "minute must be in 0..59"),
        ("2024-01-01T00:00:00+00:60", "is not RFC 3339 with an offset"),
        ("2024-01-01T00:00:00-23:99", "is not RFC 3339 with an offset"),
        ("2016-12-31T23:59:60Z", "second must be in 0..59"),
    ],
)
def test_why_a_text_is_no_instant_is_said_of_the_whole_text(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        parse_instant(text)

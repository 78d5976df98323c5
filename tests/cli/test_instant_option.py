"""A date that names no zone is read in the installation's, which is said; and never in one of two ways."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.alerts.list import Span, span_of
from cli.instant_option import instant_option
from models.errors import WrongUse
from models.instants import format_instant

ZONE = "Europe/London"


@pytest.fixture(autouse=True)
def _in_london(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARMWATCH_ZONE", ZONE)


@pytest.mark.parametrize(
    ("text", "ends_day", "instant"),
    [
        ("2025-05-01", False, "2025-04-30T23:00:00Z"),
        ("2025-05-01", True, "2025-05-01T22:59:59.999999Z"),
        ("2025-03-30", True, "2025-03-30T22:59:59.999999Z"),  # a day of 23 hours
        ("2025-10-26", False, "2025-10-25T23:00:00Z"),
        ("2025-10-26", True, "2025-10-26T23:59:59.999999Z"),  # a day of 25 hours
        ("2025-05-01 14:30", True, "2025-05-01T13:30:00Z"),
        ("2025-12-01t14:30:05.25", False, "2025-12-01T14:30:05.250000Z"),
        ("2025-05-01T14:30:00Z", True, "2025-05-01T14:30:00Z"),
        ("2025-05-01T14:30:00-05:00", False, "2025-05-01T19:30:00Z"),
    ],
)
def test_a_date_is_read_in_the_zone_of_the_setting(text: str, ends_day: bool, instant: str) -> None:
    assert format_instant(instant_option("--at", text, ends_day=ends_day)) == instant


def test_how_it_was_read_is_said_once_and_only_where_a_zone_was_missing(capsys: pytest.CaptureFixture[str]) -> None:
    for text in ("2024-02-29 08:00", "2024-02-29 08:00", "2024-02-29T08:00:00Z"):
        instant_option("--at", text)
    assert capsys.readouterr().err == "--at 2024-02-29 08:00 is read as 2024-02-29T08:00:00+00:00 (Europe/London)\n"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2025-10-26 01:30", "show twice"),
        ("2025-03-30 01:30", "show never"),
        ("2025-02-29", "2025-02-29"),
        ("2025-05-01 24:00", "24:00"),
        ("9999-12-31", "9999"),
        ("0001-01-01", "0001"),
        ("1899-12-31", "1900"),
        ("1 May 2025", "RFC 3339"),
        ("", "RFC 3339"),
    ],
)
def test_what_has_two_meanings_or_none_is_refused(text: str, why: str) -> None:
    with pytest.raises(WrongUse, match=why):
        instant_option("--at", text, ends_day=True)


CHANGED_AT_MIDNIGHT = [
    ("America/Santiago", "2025-04-05", "2025-04-05T03:00:00Z", "2025-04-06T03:59:59.999999Z"),
    ("America/Santiago", "2025-09-07", "2025-09-07T04:00:00Z", "2025-09-08T02:59:59.999999Z"),
    ("Asia/Beirut", "2025-03-30", "2025-03-29T22:00:00Z", "2025-03-30T20:59:59.999999Z"),
    ("Asia/Beirut", "2025-10-25", "2025-10-24T21:00:00Z", "2025-10-25T21:59:59.999999Z"),
    ("Africa/Cairo", "2025-04-25", "2025-04-24T22:00:00Z", "2025-04-25T20:59:59.999999Z"),
    ("Africa/Cairo", "2025-10-30", "2025-10-29T21:00:00Z", "2025-10-30T21:59:59.999999Z"),
    ("America/Havana", "2025-03-09", "2025-03-09T05:00:00Z", "2025-03-10T03:59:59.999999Z"),
    ("America/Havana", "2025-11-02", "2025-11-02T04:00:00Z", "2025-11-03T04:59:59.999999Z"),
]


@pytest.mark.parametrize(("zone", "day", "begin", "last"), CHANGED_AT_MIDNIGHT)
def test_a_day_whose_midnight_clocks_skip_or_show_twice_is_a_day(
    zone: str, day: str, begin: str, last: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HARMWATCH_ZONE", zone)
    read = [format_instant(instant_option("--x", day, ends_day=end)) for end in (False, True)]
    assert read == [begin, last]


ZONES = [ZONE, "Pacific/Apia", "America/St_Johns", "UTC", *(zone for zone, *_ in CHANGED_AT_MIDNIGHT)]


@given(st.dates(min_value=date(1950, 1, 1), max_value=date(2100, 1, 1)), st.sampled_from(ZONES))
def test_a_date_holds_every_instant_that_clocks_there_give_that_date(day: date, zone: str) -> None:
    if (zone, str(day)) == ("Pacific/Apia", "2011-12-30"):
        return  # nobody lived that day there
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("HARMWATCH_ZONE", zone)
        begin, last = (instant_option("--x", str(day), ends_day=end) for end in (False, True))
    assert {_date_in(zone, instant) for instant in (begin, last)} == {str(day)}
    assert _date_in(zone, begin - 1) < str(day) < _date_in(zone, last + 1)


def test_a_day_that_clocks_left_out_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARMWATCH_ZONE", "Pacific/Apia")
    for ends_day in (False, True):
        with pytest.raises(WrongUse, match="is a day that the calendar in Pacific/Apia left out"):
            instant_option("--x", "2011-12-30", ends_day=ends_day)


def _date_in(zone: str, instant: int) -> str:
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=instant)
    return str(at.astimezone(ZoneInfo(zone)).date())


def test_both_days_of_a_span_belong_to_it() -> None:
    span = span_of(None, ("2025-12-01", "2025-12-31"))
    begin, end = (instant_option("x", text) for text in ("2025-12-01T00:00:00Z", "2026-01-01T00:00:00Z"))
    assert [span.holds(at) for at in (begin - 1, begin, end - 1, end)] == [False, True, True, False]
    assert Span().holds(0)
    for since, between in (("2025-01-01", ("2025-01-01", "2025-01-02")), (None, ("2025-01-02", "2025-01-01"))):
        with pytest.raises(WrongUse):
            span_of(since, between)

"""The laws of times: a format that would lose a part is refused, and no text is read otherwise than it was written."""

import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from intake.mapping.times import TimeError, format_faults, read_time
from tests.intake.mapped_files import FIELDS, a_file, a_row, faults_of, lines_of, reports_of

LOSING = [
    ("%d/%m/%Y %H:%M %p", "%p is thrown away beside %H"),
    ("%d/%m/%Y %p", "%p is thrown away without %I"),
    ("%d/%m/%Y %I:%M", "%I without %p"),
    ("%Y-%m-%d %H:%M:%S %Z", "%Z is thrown away"),
    ("%d/%m %H:%M", "has no year"),
    ("%m/%Y", "says no day"),
    ("%Y", "says no day"),
    ("%Y %W", "says no day"),
    ("%d/%m/%Y %M", "%M stands without an hour"),
    ("%d/%m/%Y %H:%S", "%S stands without %M"),
    ("%d/%m/%Y %H:%M.%f", "%f stands without %S"),
    ("%d/%m/%Y %d", "%d stands there twice"),
    ("%d/%m/%Y %H %I %p", "%p is thrown away beside %H"),
    ("%c", "differs from machine to machine"),
    ("%Q/%Y", "%Q is no letter"),
    ("%d/%m/%Y %", "is no letter"),
    ("%G-%V %H:%M", "says no day"),
]
KEEPING = [
    "%d/%m/%Y %H:%M", "%m/%d/%Y %I:%M:%S %p", "%Y%m%d %H%M%z", "%Y-%m-%dT%H:%M:%S.%f%z", "%d %B %Y",
    "%a %d %b %y", "%Y-%j",
    "%G-W%V-%u", "%Y %U %w", "%H:%M:%S%f %d.%m.%Y", "100%% %Y-%m-%d",
]  # fmt: skip


@pytest.mark.parametrize(("time_format", "fault"), LOSING)
@pytest.mark.parametrize("place", ["time_format", "format"])
def test_a_format_that_would_lose_a_part_is_refused_with_the_mapping(
    tmp_path: Path, time_format: str, fault: str, place: str
) -> None:
    if place == "time_format":
        mapping = f"time_format = '{time_format}'\ntimezone = 'UTC'\n[[file]]" + FIELDS
    else:
        rule = f"{{ column = 'when', format = '{time_format}', timezone = 'UTC' }}"
        mapping = "[[file]]" + FIELDS.replace('recorded_at = "when"', f"recorded_at = {rule}")
    said = faults_of(tmp_path, mapping)
    assert fault in said
    assert f"{place} '{time_format}'" in said


@pytest.mark.parametrize("time_format", KEEPING)
def test_a_format_that_loses_nothing_is_taken(time_format: str) -> None:
    assert format_faults(time_format) == []


@pytest.mark.parametrize(
    ("text", "time_format", "instant"),
    [
        ("1/3/2025", "%m/%d/%Y", "2025-01-03T00:00:00+00:00"),
        ("03 MARCH 2025", "%d %B %Y", "2025-03-03T00:00:00+00:00"),
        ("20250103 930", "%Y%m%d %H%M", "2025-01-03T09:30:00+00:00"),
        ("2025-01-03 10:00:00.5", "%Y-%m-%d %H:%M:%S.%f", "2025-01-03T10:00:00.500000+00:00"),
        ("2025-01-03 10:00:00.05", "%Y-%m-%d %H:%M:%S.%f", "2025-01-03T10:00:00.050000+00:00"),
        ("10:00:305 03.01.2025", "%H:%M:%S%f %d.%m.%Y", "2025-01-03T10:00:30.500000+00:00"),
        ("2025-01-03 10:00 +01:00", "%Y-%m-%d %H:%M %z", "2025-01-03T09:00:00+00:00"),
        ("2025-01-03 10:00 -0130", "%Y-%m-%d %H:%M %z", "2025-01-03T11:30:00+00:00"),
        ("2025-01-03 10:00Z", "%Y-%m-%d %H:%M%z", "2025-01-03T10:00:00+00:00"),
        ("1/3/25 9:5 pm", "%d/%m/%y %I:%M %p", "2025-03-01T21:05:00+00:00"),
    ],
)
def test_what_comes_back_the_same_is_read(text: str, time_format: str, instant: str) -> None:
    assert read_time(text, time_format, "UTC") == instant


@pytest.mark.parametrize(
    ("text", "time_format", "again"),
    [
        ("20250103 45", "%Y%m%d %H%M", "20250103 0405"),
        ("2025113", "%Y%m%d", "20251103"),
        ("1032025", "%d%m%Y", "10032025"),
        ("20250103 1230", "%Y%m%d %H%M%S", "20250103 120300"),
        ("Mon 03/01/2025", "%a %d/%m/%Y", "Fri 03/01/2025"),
    ],
)
def test_what_comes_back_otherwise_is_refused(text: str, time_format: str, again: str) -> None:
    with pytest.raises(TimeError, match=re.escape(f"would be read as {again!r}")):
        read_time(text, time_format, "UTC")


@pytest.mark.parametrize("clock", ["15:00 AM", "13:15 PM", "00:15 AM", "0:15 pm"])
def test_an_hour_that_no_clock_of_twelve_shows_is_no_hour(clock: str) -> None:
    with pytest.raises(TimeError, match="does not fit"):
        read_time(f"03/01/2025 {clock}", "%d/%m/%Y %I:%M %p", "UTC")


@pytest.mark.parametrize(
    "text", ["2025-W01", "2025-W01T10:00", "2025-01-03T10:00:00+01:60", "2025-01-03T10:00:00+0199"]
)
def test_of_iso_8601_too_nothing_is_made_up(text: str) -> None:
    with pytest.raises(TimeError, match="does not fit ISO 8601"):
        read_time(text, None, "UTC")


def test_zeros_that_were_cut_off_are_given_back_where_the_mapping_says_so(tmp_path: Path) -> None:
    path = a_file(tmp_path, "id,who,what,day,at", "c1,o1,x,20250103,45", "c2,o1,x,20250103,930", name="r.csv")
    rule = "{ template = '{day} {at}', format = '%Y%m%d %H%M', timezone = 'UTC' }"
    mapping = "[[file]]" + FIELDS.replace('"when"', rule)
    unpadded = lines_of(mapping, path)
    assert (unpadded[0].error or "").startswith("occurred_at: '20250103 45' would be read as '20250103 0405'")
    assert unpadded[1].error is None
    padded = mapping.replace("timezone", "pad = { at = 4 }, timezone")
    times = [datetime.fromtimestamp(report.occurred_at / 1e6, UTC) for report in reports_of(padded, path)]
    assert [(time.hour, time.minute) for time in times] == [(0, 45), (9, 30)]


def test_ids_are_padded_too_and_only_digits_are(tmp_path: Path) -> None:
    mapping = "[[file]]" + FIELDS.replace('offender_id = "who"', "offender_id = { column = 'who', pad = 5 }")
    path = a_file(tmp_path, a_row(who=7), a_row(who="00012"), a_row(who="123456"), a_row(who="A7"))
    assert [report.offender_id for report in reports_of(mapping, path)] == ["00007", "00012", "123456", "A7"]


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        ("{ template = '{who}', pad = 5 }", "pad = N goes with column"),
        ("{ template = '{who}', pad = { when = 5 } }", "pad names columns that the rule does not read: 'when'"),
        ("{ column = 'who', pad = 0 }", "greater than or equal to 1"),
    ],
)
def test_a_pad_that_pads_nothing_is_refused(tmp_path: Path, rule: str, fault: str) -> None:
    assert fault in faults_of(tmp_path, "[[file]]" + FIELDS.replace('"who"', rule))


MOMENTS = st.datetimes(
    datetime(1969, 1, 1), datetime(2068, 12, 31),
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=-5)), timezone(timedelta(hours=5, minutes=30))]),
)  # fmt: skip


@given(MOMENTS, st.sampled_from(KEEPING))
def test_whatever_a_format_writes_is_read_as_it_was(moment: datetime, time_format: str) -> None:
    text = moment.strftime(time_format)
    read = datetime.fromisoformat(read_time(text, time_format, "UTC")).astimezone(moment.tzinfo)
    if "%z" not in time_format:
        read = datetime.fromisoformat(read_time(text, time_format, "UTC"))
    assert read.strftime(time_format) == text


@given(st.text(st.sampled_from("0123456789/: -+ZTWapmMJan.%"), max_size=14), st.sampled_from([None, *KEEPING]))
def test_any_text_is_a_time_or_is_refused(text: str, time_format: str | None) -> None:
    try:
        instant = read_time(text, time_format, "UTC")
    except TimeError:
        return
    assert datetime.fromisoformat(instant).tzinfo is UTC


@given(st.lists(st.sampled_from([f"%{letter}" for letter in "ybHIpMSfzjZcQaAUwG%"] + ["/", " ", ":"]), max_size=5))
def test_any_format_is_refused_or_gives_back_every_part(parts: list[str]) -> None:
    time_format = "%Y-%m-%d " + "".join(parts)
    assume(format_faults(time_format) == [])
    one, other = datetime(2021, 11, 25, 21, 43, 58, tzinfo=UTC), datetime(2021, 11, 25, 9, 43, 58, tzinfo=UTC)
    texts = [moment.strftime(time_format) for moment in (one, other)]
    try:
        read = [read_time(text, time_format, "UTC") for text in texts]
    except TimeError:
        return
    assert (texts[0] == texts[1]) == (read[0] == read[1])


@pytest.mark.parametrize(
    ("text", "time_format", "instant"),
    [
        ("31/12/2024 24:00", "%d/%m/%Y %H:%M", "2025-01-01T00:00:00+00:00"),
        ("13/02/2025 2400", "%d/%m/%Y %H%M", "2025-02-14T00:00:00+00:00"),
        ("13.02.2025 24.00", "%d.%m.%Y %H.%M", "2025-02-14T00:00:00+00:00"),
        ("2025-02-13T24:00:00+01:00", None, "2025-02-13T23:00:00+00:00"),
        ("2025-02-13 24:00", "iso", "2025-02-14T00:00:00+00:00"),
        ("24:00 13/02/2025", "%H:%M %d/%m/%Y", "2025-02-14T00:00:00+00:00"),
    ],
)
def test_the_end_of_a_day_is_midnight_of_the_next(text: str, time_format: str | None, instant: str) -> None:
    assert read_time(text, time_format, "UTC") == instant


@pytest.mark.parametrize(
    ("text", "time_format"),
    [
        ("13/02/2025 24:01", "%d/%m/%Y %H:%M"),
        ("13/02/2025 24:00:01", "%d/%m/%Y %H:%M:%S"),
        ("13/02/2025 24:00 AM", "%d/%m/%Y %I:%M %p"),
        ("13/02/2025 2430", "%d/%m/%Y %H%M"),
        ("2025-02-13T25:00", None),
    ],
)
def test_no_other_hour_of_24_is_one(text: str, time_format: str | None) -> None:
    with pytest.raises(TimeError):
        read_time(text, time_format, "UTC")


@pytest.mark.parametrize(
    ("text", "instant"),
    [("31/03/2024 01:30", "2024-03-31T01:30:00+00:00"), ("27/10/2024 01:30", "2024-10-27T00:30:00+00:00")],
)
def test_an_hour_that_clocks_skip_is_behind_the_change_and_one_that_they_show_twice_its_first(
    text: str, instant: str
) -> None:
    assert read_time(text, "%d/%m/%Y %H:%M", "Europe/London") == instant

"""The laws of times in a drafted mapping: what the texts decide is decided, all else is asked."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from intake.drafting.times import TimeColumn
from intake.mapping.times import format_faults, read_time
from tests.intake.drafts import HEAD, a_csv, drafted
from tests.intake.mapped_files import FIELDS, an_intake
from tests.intake.written_files import a_workbook, written


def with_days(*texts: str) -> str:
    return a_csv(
        rows=[
            HEAD,
            *([f"C/{number}", "N1", "Stalking", text, text, text, "", "F"] for number, text in enumerate(texts)),
        ]
    )


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        (("01/02/2025", "03/04/2025"), None),
        (("01/02/03 10:00",), None),
        (("1.2.2025", "3.4.2025"), None),
        (("01/02/2025", "13/02/2025"), "%d/%m/%Y"),
        (("01/02/2025", "02/13/2025"), "%m/%d/%Y"),
        (("13.1.2025 9:05",), "%d.%m.%Y %H:%M"),
        (("1-Feb-2025 10:15 PM",), "%d-%b-%Y %I:%M %p"),
        (("20250201",), "%Y%m%d"),
        (("2025-02-01T10:00:00",), "iso"),
        (("13/02/2025", "2025-02-01"), ["%d/%m/%Y", "iso"]),
    ],
)
def test_day_or_month_first_is_decided_by_the_texts_or_said_to_be_undecidable(
    tmp_path: Path, texts: tuple[str, ...], told: str | list[str] | None
) -> None:
    draft = drafted(written(tmp_path, "r.csv", with_days(*texts)))
    rule = draft["file"][0]["fields"]["occurred_at"]
    assert rule.get("format", "iso") == ("DECIDE" if told is None else told)
    assert ("no text tells which" in draft["text"]) == (told is None)


def test_a_column_beside_it_may_decide_and_two_that_disagree_do_not(tmp_path: Path) -> None:
    decided = with_days("01/02/2025").replace("01/02/2025,,F", "13/02/2025,,F")
    fields = drafted(written(tmp_path, "r.csv", decided))["file"][0]["fields"]
    assert fields["occurred_at"]["format"] == "%d/%m/%Y"
    split = decided.replace("01/02/2025,13", "02/13/2025,13")
    fields = drafted(written(tmp_path, "r.csv", split))["file"][0]["fields"]
    assert [fields[name]["format"] for name in ("occurred_at", "reported_at", "recorded_at")] == [
        "DECIDE", "%m/%d/%Y", "%d/%m/%Y",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["12345", "2025", "C/1", "10.5", "1.2", "99/99/9999", "12/2025"])
def test_what_is_no_time_is_not_taken_for_one(text: str) -> None:
    column = TimeColumn()
    column.add(text)
    assert not column.guess().is_time


def test_hours_in_a_column_of_their_own_are_put_beside_their_day(tmp_path: Path) -> None:
    rows = [["Case Number", "Arrestee ID", "Charge", "Occurred Date", "Occurred Time"]]
    rows += [["C1", "A1", "X", "02/13/2025", "2215"], ["C2", "A2", "X", "02/01/2025", "45"]]
    fields = drafted(written(tmp_path, "r.csv", a_csv(rows=rows)))["file"][0]["fields"]
    assert fields["occurred_at"] == {
        "template": "{Occurred Date} {Occurred Time}", "pad": {"Occurred Time": 4}, "format": "%m/%d/%Y %H%M",
    }  # fmt: skip


def test_numbers_that_could_be_hours_or_instants_are_ids_where_their_column_is_called_so(tmp_path: Path) -> None:
    rows = [["Incident ID", "Offender ID", "Offence Code", "Occurred"], ["1735689600", "17.0", "344", "13/01/2025"]]
    fields = drafted(written(tmp_path, "r.csv", a_csv(rows=rows)))["file"][0]["fields"]
    assert (fields["offence_id"], fields["offender_id"]) == ("Incident ID", {"pseudonym": "Offender ID"})
    assert fields["code"]["column"] == "Offence Code"


def test_an_undecided_day_keeps_the_hours_that_stand_beside_it(tmp_path: Path) -> None:
    rows = [["Case Number", "Arrestee ID", "Occurred Date", "Occurred Time"], ["C1", "A1", "02/03/2025", "22:15"]]
    draft = drafted(written(tmp_path, "r.csv", a_csv(rows=rows)))
    rule = draft["file"][0]["fields"]["occurred_at"]
    assert rule == {"template": "{Occurred Date} {Occurred Time}", "format": "DECIDE"}
    assert 'it is "%d/%m/%Y %H:%M" or "%m/%d/%Y %H:%M", and no text tells which' in draft["text"]


def beside(day: list[str], hours: list[str], *, of: str = "Occurred Time") -> str:
    rows = [["Case Number", "Arrestee ID", "Occurred Date", of]]
    return a_csv(rows=[*rows, *([f"C{n}", f"A{n}", *pair] for n, pair in enumerate(zip(day, hours, strict=True)))])


@pytest.mark.parametrize(
    ("day", "time_format"),
    [
        (["02/13/2025 12:00:00 AM", "02/01/2025 12:00:00 AM"], "%m/%d/%Y 12:00:00 AM %H%M"),
        (["13/02/2025 00:00", "01/02/2025 00:00"], "%d/%m/%Y 00:00 %H%M"),
        (["2025-02-13T00:00:00.000", "2025-02-01T00:00:00.000"], "%Y-%m-%dT00:00:00.000 %H%M"),
        (["2025-02-13 00:00:00", "2025-02-01 00:00:00"], "%Y-%m-%d 00:00:00 %H%M"),
    ],
)
def test_a_midnight_that_means_nothing_gives_way_to_the_hours_beside_it(
    tmp_path: Path, day: list[str], time_format: str
) -> None:
    draft = drafted(written(tmp_path, "r.csv", beside(day, ["2215", "45"])))
    rule = draft["file"][0]["fields"]["occurred_at"]
    assert rule == {
        "template": "{Occurred Date} {Occurred Time}", "pad": {"Occurred Time": 4}, "format": time_format,
    }  # fmt: skip
    assert read_time(f"{day[0]} 2215", time_format, "UTC") == "2025-02-13T22:15:00+00:00"
    assert format_faults(time_format) == []


def test_hours_of_a_day_that_tells_its_own_are_not_put_beside_it(tmp_path: Path) -> None:
    text = beside(["2025-02-13T22:15:00", "2025-02-01T00:45:00"], ["22:15", "00:45"])
    assert drafted(written(tmp_path, "r.csv", text))["file"][0]["fields"]["occurred_at"] == {"column": "Occurred Date"}


def test_a_number_that_may_be_an_hour_or_a_minute_is_not_taken_for_either(tmp_path: Path) -> None:
    draft = drafted(written(tmp_path, "r.csv", beside(["13/02/2025", "14/02/2025"], ["22", "5"])))
    rule = draft["file"][0]["fields"]["occurred_at"]
    assert (rule["format"], "pad" in rule) == ("DECIDE", False)
    assert '"%H" or "%H%M"' in draft["text"]
    named = beside(["13/02/2025", "14/02/2025"], ["22", "5"], of="Occurred Hour")
    rule = drafted(written(tmp_path, "r.csv", named))["file"][0]["fields"]["occurred_at"]
    assert rule == {"template": "{Occurred Date} {Occurred Hour}", "format": "%d/%m/%Y %H"}


@pytest.mark.parametrize("hours", [["24:00", "22:15"], ["2400", "2215"]])
def test_an_hour_of_24_is_an_hour(tmp_path: Path, hours: list[str]) -> None:
    draft = drafted(written(tmp_path, "r.csv", beside(["13/02/2025", "14/02/2025"], hours)))
    assert "template" in draft["file"][0]["fields"]["occurred_at"]


def test_a_text_among_many_that_is_no_time_is_said_and_the_others_decide(tmp_path: Path) -> None:
    days = [f"{day:02}/{month:02}/2025" for day in range(1, 29) for month in (1, 2)]
    draft = drafted(written(tmp_path, "r.csv", with_days(*days, "see note")))
    assert draft["file"][0]["fields"]["occurred_at"]["format"] == "%d/%m/%Y"
    assert '1 text is no time, for instance "see note"' in draft["text"]
    several = drafted(written(tmp_path, "r.csv", with_days("13/02/2025", "see note")))
    assert several["file"][0]["fields"]["occurred_at"] == {"column": "Occurred", "format": "DECIDE"}


def test_days_that_no_one_format_reads_are_shown_with_the_column_that_holds_them(tmp_path: Path) -> None:
    days = [f"0{day}/0{day}/2025" for day in range(1, 10)] * 10
    draft = drafted(written(tmp_path, "r.csv", with_days(*days, "13/02/2025", "02/13/2025")))
    assert draft["file"][0]["fields"]["occurred_at"] == {"column": "Occurred", "format": "DECIDE"}
    assert "no format that is known fits all of its texts" in draft["text"]


@pytest.mark.parametrize(
    ("text", "time_format"),
    [
        ("2025-02-13 22:15:00 UTC", "%Y-%m-%d %H:%M:%S UTC"),
        ("13/02/2025 22:15 GMT", "%d/%m/%Y %H:%M GMT"),
    ],
)
def test_a_zone_that_every_text_names_is_that_of_the_column(tmp_path: Path, text: str, time_format: str) -> None:
    draft = drafted(written(tmp_path, "r.csv", with_days(text)))
    rule = draft["file"][0]["fields"]["occurred_at"]
    assert rule == {"column": "Occurred", "format": time_format, "timezone": "UTC"}
    assert "timezone" not in draft


@pytest.mark.parametrize(
    ("text", "time_format"),
    [
        ("20250213221500", "%Y%m%d%H%M%S"),
        ("202502132215", "%Y%m%d%H%M"),
        ("Feb 13 2025 10:15PM", "%b %d %Y %I:%M%p"),
        ("Feb  3 2025  1:15AM", "%b %d %Y %I:%M%p"),
        ("1735689600.5", "epoch_s"),
        ("13/02/2025 22:15Z", "%d/%m/%Y %H:%M%z"),
    ],
)
def test_times_as_databases_write_them_are_read(tmp_path: Path, text: str, time_format: str) -> None:
    draft = drafted(written(tmp_path, "r.csv", with_days(text)))
    assert draft["file"][0]["fields"]["occurred_at"]["format"] == time_format
    assert read_time(text, time_format, "UTC")


def test_dates_and_texts_in_one_column_may_be_a_spreadsheets_wreck(tmp_path: Path) -> None:
    head = ["Crime No", "Suspect Ref", "Offence", "Occurred"]
    wreck: list[list[Any]] = [["C/1", "N1", "x", datetime(2025, 1, 2)], ["C/2", "N2", "x", "13/02/2025"]]
    draft = drafted(written(tmp_path, "r.xlsx", a_workbook([head, *wreck])))
    assert draft["file"][0]["fields"]["occurred_at"] == {"column": "Occurred", "format": "DECIDE"}
    assert "may have swapped day and month" in draft["text"]
    rules = FIELDS.replace('= "when"', '= { column = "when", format = "%d/%m/%Y" }')
    rows = [["id", "who", "what", "when"], *([row[0], row[1], row[2], row[3]] for row in wreck)]
    intake = an_intake(f"timezone = 'UTC'\n[[file]]{rules}", written(tmp_path, "w.xlsx", a_workbook(rows)))
    assert [line.error for line in intake] == [None, None]
    assert [note.partition(":")[0] for note in intake.notes if "swapped" in note] == ["occurred_at", "recorded_at"]
    whole = [*wreck, ["C/3", "N3", "x", datetime(2025, 1, 23)]]
    draft = drafted(written(tmp_path, "r.xlsx", a_workbook([head, *whole])))
    assert draft["file"][0]["fields"]["occurred_at"]["format"] == ["iso", "%d/%m/%Y"]

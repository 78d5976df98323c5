"""The laws of times in a drafted mapping: what the texts decide is decided, all else is asked."""

from pathlib import Path

import pytest

from intake.drafting.times import TimeColumn
from tests.intake.drafts import HEAD, a_csv, drafted
from tests.intake.written_files import written


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

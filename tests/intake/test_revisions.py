"""The laws of what is known: the highest revision of an offence of an offender counts, whoever said it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.notices import separator_in
from intake.revisions import PlacedReport, Revisions, Standing
from models.decode import Report
from models.report import ReportType, VictimSex


def a_report(**changes: Any) -> Report:  # Any: the fields
    return Report(
        "e", ReportType.REPORTED, "c1", "o1", 1, "x", "reported", VictimSex.FEMALE, 0, 0, 0
    )._replace(**changes)  # fmt: skip


def test_a_report_is_placed_beside_the_latest_before_it() -> None:
    known = Revisions()
    assert known.add(a_report(), of_topic=True) == PlacedReport(Standing.NEW)
    assert known.add(a_report()) == PlacedReport(Standing.KNOWN, of_topic=True)
    assert known.add(a_report(event_id="e2", recorded_at=5)) == PlacedReport(Standing.KNOWN, of_topic=True)
    assert known.add(a_report(status="charged")) == PlacedReport(Standing.CONTRADICTS, of_topic=True)
    assert known.add(a_report(revision=3, code="y")) == PlacedReport(Standing.REPLACES, of_topic=True, other_code=True)
    assert known.add(a_report(revision=2, code="y")) == PlacedReport(Standing.OLDER)
    assert known.add(a_report(offender_id="o2")) == PlacedReport(Standing.NEW)
    assert len(known) == 2


KEYS = st.tuples(st.sampled_from("ab"), st.sampled_from(["1", "2", "3"]), st.integers(1, 4), st.sampled_from("xy"))


@given(st.lists(KEYS, max_size=40))
def test_it_agrees_with_a_plain_dictionary(rows: list[tuple[str, str, int, str]]) -> None:
    known, plain = Revisions(), dict[tuple[str, str], tuple[int, str]]()
    for person, offence, revision, code in rows:
        placed = known.add(a_report(offender_id=person, offence_id=offence, revision=revision, code=code))
        before = plain.get((person, offence))
        if before is None:
            assert placed.standing is Standing.NEW
        elif revision == before[0]:
            assert placed.standing is (Standing.KNOWN if code == before[1] else Standing.CONTRADICTS)
        else:
            assert placed.standing is (Standing.REPLACES if revision > before[0] else Standing.OLDER)
        if before is None or revision > before[0]:
            plain[person, offence] = (revision, code)
    assert len(known) == len(plain)


def test_it_grows_and_forgets_nothing() -> None:
    known = Revisions()
    reports = [a_report(offence_id=f"c{number}", revision=2**53 - 1 - number) for number in range(20_000)]
    assert {known.add(report).standing for report in reports} == {Standing.NEW}
    assert {known.add(report).standing for report in reports} == {Standing.KNOWN}


def test_it_is_bounded_and_says_so() -> None:
    known = Revisions(most=2)
    assert [known.add(a_report(offence_id=one)).standing for one in "abcab"] == [
        Standing.NEW, Standing.NEW, Standing.NEW, Standing.KNOWN, Standing.KNOWN,
    ]  # fmt: skip
    assert (len(known), known.is_full) == (2, True)


@pytest.mark.parametrize(
    ("text", "separator"),
    [
        ("S-1; S-2", ";"), ("S-1,S-2,S-3", ","), ("S-1 / K-22", "/"), ("S-1 and S-2", "and"), ("S-1|S-2", "|"),
        ("S-1/S-2", "/"), ("S-1 S-2", " "), ("12,34", ","), ("S-1\nS-2", "\n"), ("N12, N13b", ","),
        ("S-1", None), ("2024/123", None), ("S-1,", None), ("S the 3", None), ("A/2024/17", None), ("", None),
    ],
)  # fmt: skip
def test_several_ids_in_one_text_look_like_it(text: str, separator: str | None) -> None:
    assert separator_in(text) == separator

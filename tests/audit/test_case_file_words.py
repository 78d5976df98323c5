"""A case file is worded as a court reads it: moments, sentences that hold for several crimes, and its sheets."""

import re
from zoneinfo import ZoneInfo

import pytest

from cli.insight import case_file_words as words
from cli.provenance import Provenance
from models.instants import SECOND, parse_instant
from pages.moments import DateForm, Moments
from runtime.settings import Settings
from tests.audit.test_case_file import a_document, page_of


@pytest.mark.parametrize(
    ("form", "zone", "instant", "text"),
    [
        (DateForm.BRITISH, "Europe/London", "2025-06-01T23:05:09Z", "00:05:09 BST on 2 June 2025"),
        (DateForm.BRITISH, "Europe/London", "2025-10-26T00:30:00Z", "01:30:00 BST on 26 October 2025"),
        (DateForm.BRITISH, "Europe/London", "2025-10-26T01:30:00Z", "01:30:00 GMT on 26 October 2025"),
        (DateForm.BRITISH, "UTC", "2025-12-31T23:59:59.000001Z", "23:59:59.000001 UTC on 31 December 2025"),
        (DateForm.BRITISH, "Europe/London", "2025-06-01T22:59:59.999999Z", "the end of 1 June 2025 (BST)"),
        (DateForm.AMERICAN, "America/Chicago", "2025-12-02T05:59:59.999999Z", "the end of December 1, 2025 (CST)"),
        (DateForm.AMERICAN, "America/Chicago", "2025-06-01T05:00:00Z", "12:00:00 a.m. CDT on June 1, 2025"),
        (DateForm.AMERICAN, "America/Chicago", "2025-12-01T18:00:00Z", "12:00:00 p.m. CST on December 1, 2025"),
        (DateForm.AMERICAN, "Europe/Istanbul", "2025-06-01T10:00:00Z", "1:00:00 p.m. UTC+03 on June 1, 2025"),
    ],
)
def test_a_moment_is_written_as_its_readers_write_it(form: DateForm, zone: str, instant: str, text: str) -> None:
    assert Moments(form, ZoneInfo(zone)).text(parse_instant(instant)) == text


@pytest.mark.parametrize(
    ("crimes", "begins"),
    [
        (["a"], "Had crime a not counted,"),
        (["a", "b"], "Had either of the crimes a and b not counted,"),
        (["a", "b", "c"], "Had any one of the crimes a, b and c not counted,"),
    ],
)
def test_of_crimes_that_each_decided_it_the_sentence_says_so(crimes: list[str], begins: str) -> None:
    assert words.SENTENCES["turned_by_less"]({"crimes": crimes}).startswith(begins)


def test_a_page_says_the_second_at_which_it_was_made() -> None:
    assert Provenance.of(Settings(), "A").at % SECOND == 0


def test_each_printed_sheet_says_of_what_it_is_a_sheet_and_nothing_breaks_out_of_it() -> None:
    hostile = '</style>"} * { display: none } \\\u202e\n\u00e9'
    page = page_of(a_document().model_copy(update={"offender_id": hostile}))
    (content,) = re.findall(r'@bottom-left \{ content: "(.*?)"; ', page)
    assert re.fullmatch(r"(?:[A-Za-z0-9 ]|\\[0-9a-f]{6})*", content)
    shown = re.sub(r"\\([0-9a-f]{6})", lambda escape: chr(int(escape[1], 16)), content)
    assert hostile.replace("\u202e", "\\u202e").replace("\n", "\\n") in shown
    assert page.count("</style>") == 1

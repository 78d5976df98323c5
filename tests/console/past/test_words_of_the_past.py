"""Sentences of the pages about the past, word by word."""

from datetime import UTC
from zoneinfo import ZoneInfo

import pytest

from console.past.moments import read_instants
from console.past.person_document import PersonDocument, PointDocument
from console.past.person_text import person_text

IF = "If nothing more is reported about anybody, they"
DAYS = ("2026-11-28T10:00:00Z", "2026-11-28T17:11:00Z", "2027-06-10T22:22:00Z")


def a_person(*in_band: bool) -> PersonDocument:
    """Who is in the band, and from turn to turn is again or no longer."""
    path = tuple(
        PointDocument(as_of=at, score_millidays=1_000, rank=100 if inside else 101, in_band=inside)
        for at, inside in zip(DAYS, in_band, strict=False)
    )
    return PersonDocument(
        board="v100", offender_id="suspect-0001", as_of=DAYS[0], known="then", known_at=DAYS[0], entry=1, policy="v100",
        is_known=True, rank=path[0].rank, score_millidays=1_000, in_band=in_band[0], path=path,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("in_band", "words"),
    [
        ((True, False), f"{IF} leave the band on 28 Nov 2026, 17:11."),
        ((False, True, False), f"{IF} enter the band on 28 Nov 2026, 17:11."),
        ((True, True, False), f"{IF} leave the band on 10 Jun 2027, 22:22."),
        ((True, True), f"{IF} stay in the band until nothing of theirs counts."),
        ((False, False), ""),
    ],
)
def test_what_comes_next_is_the_next_turn_of_the_band(in_band: tuple[bool, ...], words: str) -> None:
    assert person_text(a_person(*in_band), UTC, is_past=False).leaves == words


def test_an_instant_in_what_was_answered_is_read_as_the_clocks_here_show_it() -> None:
    told = "2025-06-01T22:59:59.999999Z lies before the first report; 2025 does not"
    read = read_instants(told, ZoneInfo("Europe/London"))
    assert read == "1 Jun 2025, 23:59:59 BST (22:59:59 UTC) lies before the first report; 2025 does not"

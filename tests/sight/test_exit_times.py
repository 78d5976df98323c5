"""When people in the band could leave it, by the rule for leaving of the policy."""

from collections.abc import Sequence
from dataclasses import replace

from models.board import BoardRow, ContributionRow, OffenderView
from sight.exit_times import ExitTimes

FIRST, SECOND, THIRD = 1_000, 2_000, 3_000
"""The ends of the three offences that everybody here has, of 10 days each."""


def ranked(*scores: int, band: int) -> list[BoardRow]:
    """In this order, the first `band` of them in the band."""
    return [BoardRow(rank, f"p{rank}", score, rank <= band, None) for rank, score in enumerate(scores, 1)]


def people(asked: Sequence[str]) -> list[OffenderView]:
    rows = [ContributionRow(f"o{until}", 1, "19C", 10_000, 0, until, counted=True) for until in (FIRST, SECOND, THIRD)]
    return [OffenderView(who, 1, 30_000, in_band=True, since=None, contributions=rows) for who in asked]


def test_whom_the_first_beyond_the_exit_rank_would_overtake_leaves_and_not_before() -> None:
    rows = ranked(30_000, 30_000, 25_000, 15_000, band=2)
    assert ExitTimes().of(rows, 2, people) == {"p1": FIRST, "p2": FIRST}
    assert ExitTimes().of(rows, 3, people) == {"p1": SECOND, "p2": SECOND}


def test_who_stays_in_the_band_below_the_cut_could_leave_too() -> None:
    rows = ranked(30_000, 30_000, 30_000, 15_000, band=3)
    assert ExitTimes().of(rows, 3, people) == {"p1": SECOND, "p2": SECOND, "p3": SECOND}


def test_a_corrected_date_is_seen_within_minutes_though_no_score_has_moved() -> None:
    now = 0.0
    rows, times = ranked(30_000, 25_000, band=1), ExitTimes(lambda: now)
    assert times.of(rows, 1, people) == {"p1": FIRST}

    def corrected(asked: Sequence[str]) -> list[OffenderView]:
        return [replace(one, contributions=one.contributions[1:]) for one in people(asked)]

    now = 299.0
    assert times.of(rows, 1, corrected) == {"p1": FIRST}
    now = 300.0
    assert times.of(rows, 1, corrected) == {"p1": SECOND}


def test_nobody_below_the_cut_who_is_not_in_the_band_is_asked_about() -> None:
    rows = ranked(30_000, 30_000, 25_000, 15_000, band=2)
    asked: list[str] = []

    def ask(some: Sequence[str]) -> list[OffenderView]:
        asked.extend(some)
        return people(some)

    ExitTimes().of(rows, 3, ask)
    assert asked == ["p1", "p2"]

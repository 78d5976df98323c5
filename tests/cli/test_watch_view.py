"""The watched board as text: what a terminal of a given size shows of a given view."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from rich.cells import cell_len

from cli.watch.view import Frame, board_screen, offender_screen
from models.board import BoardRow, ContributionRow, OffenderView
from models.instants import DAY, parse_instant
from sight.board_view import BoardView
from sight.exit_times import ExitTimes, could_leave_at
from sight.look_document import STATES
from sight.words import freshness

SINCE = parse_instant("2025-01-02T03:04:05Z")


def a_row(rank: int, band_size: int = 100) -> BoardRow:
    inside = rank <= band_size
    return BoardRow(rank, f"suspect-{rank:04}", 1_000_000 - 1_000 * rank, inside, SINCE if inside else None)


A_SIGHT = BoardView(
    seen_at=100.0, moved_at=100.0, as_of="2025-06-01T00:00:00Z", state="open",
    rows=tuple(a_row(rank) for rank in range(1, 301)),
)  # fmt: skip
A_FRAME = Frame(80, 24, 100, {f"suspect-{rank:04}": rank for rank in range(1, 301)})


def lines(view: BoardView = A_SIGHT, frame: Frame = A_FRAME) -> list[str]:
    return board_screen(view, frame, 101.0).plain.split("\n")


@pytest.mark.parametrize(("width", "height"), [(80, 24), (200, 60), (40, 12)])
def test_a_screen_is_never_larger_than_the_terminal(width: int, height: int) -> None:
    shown = lines(frame=replace(A_FRAME, width=width, height=height))
    assert len(shown) == height
    assert max(map(len, shown)) <= width


@pytest.mark.parametrize("height", [20, 24, 60, 200])
def test_the_cut_stands_between_the_last_in_the_band_and_the_first_below_it(height: int) -> None:
    shown = lines(frame=replace(A_FRAME, height=height))
    cut = next(number for number, line in enumerate(shown) if "the cut" in line)
    assert shown[cut - 1].split()[:2] == ["100", "suspect-0100"]
    assert shown[cut + 1].split()[:2] == ["101", "suspect-0101"]
    assert "1 day below the cut" in shown[cut + 1]


def test_a_tall_terminal_shows_the_whole_band_and_ten_below() -> None:
    shown = [line.split()[0] for line in lines(frame=replace(A_FRAME, height=150)) if "suspect-" in line]
    assert shown == [str(rank) for rank in range(1, 111)]


def test_movement_counts_from_the_first_look() -> None:
    shown = lines(frame=replace(A_FRAME, first_ranks={"suspect-0001": 3, "suspect-0002": 2}))
    assert "+2" in shown[3]
    assert shown[4].split()[1] == "suspect-0002"
    assert "new" in shown[5]


def test_a_search_shows_who_bears_the_letters_wherever_they_stand() -> None:
    shown = lines(frame=replace(A_FRAME, search="0299"))
    assert shown[3] == "1 with '0299'"
    assert "suspect-0299" in shown[4]


def test_a_search_without_a_hit_says_so() -> None:
    assert lines(frame=replace(A_FRAME, search="nobody"))[3] == "nothing found with 'nobody' in the first 300 ranks"


@pytest.mark.parametrize("rank", [1, 2, 57, 100, 101, 102, 299, 300])
@pytest.mark.parametrize("height", [12, 24, 60])
def test_the_ranking_is_scrolled_to_the_marked_row(rank: int, height: int) -> None:
    frame = replace(A_FRAME, height=height, marked=f"suspect-{rank:04}")
    screen = board_screen(A_SIGHT, frame, 101.0)
    shown = [int(line.split()[0]) for line in screen.plain.split("\n") if "suspect-" in line]
    assert rank in shown
    assert shown == list(range(shown[0], shown[0] + len(shown)))
    assert screen.plain.count("\n") == height - 1
    reversed_at = [span for span in screen.spans if span.style == "reverse"]
    assert [f"suspect-{rank:04}" in screen.plain[span.start : span.end] for span in reversed_at] == [True]
    assert ("----- the cut" in screen.plain) == (min(shown) <= 100 < max(shown)) or rank in {100, 101}


def test_the_title_names_what_is_watched() -> None:
    title = "board v100, policy london 3"
    assert lines(frame=replace(A_FRAME, title=title))[0].startswith(title)


def test_an_id_as_wide_as_two_columns_moves_no_column() -> None:
    wide = replace(A_SIGHT, rows=(BoardRow(1, "李" * 40, 999_000, True, SINCE), a_row(2)))
    first, second = (line for line in lines(wide)[3:5])
    assert cell_len(first.split("999")[0]) == cell_len(second.split("998")[0])


def test_a_terminal_without_the_letters_gets_escapes_and_no_line_is_too_wide() -> None:
    odd = replace(A_SIGHT, rows=(BoardRow(1, "李-1-ä", 999_000, True, SINCE), a_row(2)))
    shown = lines(odd, replace(A_FRAME, encoding="cp1252"))
    assert "\\u674e-1-ä" in shown[3]
    assert max(map(len, shown)) <= A_FRAME.width
    assert "\n".join(shown).encode("cp1252")


def test_a_small_board_needs_no_cut_to_be_shown() -> None:
    shown = lines(replace(A_SIGHT, rows=A_SIGHT.rows[:2]))
    assert "suspect-0002" in "".join(shown)


@pytest.mark.parametrize(
    ("view", "now", "word"),
    [
        (A_SIGHT, 101.0, "as of 2025-06-01T00:00:00Z"),
        (replace(A_SIGHT, trouble="Redis does not answer"), 106.0, "STALE for 6 s: Redis does not answer"),
        (replace(A_SIGHT, seen_at=110.0, lag=7), 110.0, "nothing was applied for 10 s, 7 records wait"),
        *((replace(A_SIGHT, state=state), 101.0, f"NOT LIVE: the board is {state}: ") for state in STATES[:-1]),
    ],
)
def test_the_first_line_says_how_fresh_it_is(view: BoardView, now: float, word: str) -> None:
    told, stale = freshness(view, now)
    assert word in told
    assert stale == (view != A_SIGHT)


def test_someone_could_leave_when_their_own_steps_bring_them_below_the_rival() -> None:
    rows = [ContributionRow(str(n), 1, "A", 100, SINCE, SINCE + n * DAY, True) for n in (3, 1, 2)]
    person = OffenderView("a", 1, 300, True, SINCE, rows)
    assert could_leave_at(person, 150) == SINCE + 2 * DAY
    assert could_leave_at(person, 200) == SINCE + 2 * DAY
    assert could_leave_at(person, 201) == SINCE + DAY


def test_those_of_whom_something_has_changed_are_asked_for_together_and_nobody_else() -> None:
    asked: list[list[str]] = []

    def ask(offender_ids: Sequence[str]) -> list[OffenderView]:
        asked.append(list(offender_ids))
        return [
            OffenderView(name, 1, 100, True, SINCE, [ContributionRow(name, 1, "A", 100, SINCE, SINCE + DAY, True)])
            for name in offender_ids
        ]

    def rows(**scores: int) -> list[BoardRow]:
        return [BoardRow(rank, name, score, rank < 4, SINCE) for rank, (name, score) in enumerate(scores.items(), 1)]

    leaving, all_leave = ExitTimes(), dict.fromkeys("abc", SINCE + DAY)
    assert leaving.of(rows(a=100, b=100, c=100), 3, ask) == {}  # nobody below the cut
    assert leaving.of(rows(a=100, b=100, c=100, d=50), 3, ask) == all_leave
    assert leaving.of(rows(a=100, b=100, c=100, d=50), 3, ask) == all_leave
    assert leaving.of(rows(b=120, a=100, c=100, d=50), 3, ask) == all_leave
    assert leaving.of(rows(b=120, a=100, c=100, d=60), 3, ask) == all_leave
    assert asked == [["a", "b", "c"], ["b"], ["b", "a", "c"]]
    asked.clear()
    many = [BoardRow(rank, str(rank), 100, rank < 121, SINCE) for rank in range(1, 122)]
    assert leaving.of(many, 120, ask) == {str(rank): SINCE + DAY for rank in range(1, 121)}
    assert [len(names) for names in asked] == [50, 50, 20]


@pytest.mark.parametrize(("width", "height"), [(80, 24), (200, 60), (40, 12)])
def test_a_warning_is_read_to_its_end_and_the_screen_stays_as_large(width: int, height: int) -> None:
    trouble = "Redis at redis://127.0.0.1:6379/0 does not answer (HARMWATCH_REDIS): Error 111. Connection refused."
    shown = lines(replace(A_SIGHT, trouble=trouble, seen_at=50.0), replace(A_FRAME, width=width, height=height))
    assert len(shown) == height
    said = " ".join(line.strip() for line in shown[1:4])
    assert "STALE for 51 s: Redis at" in said
    assert "Connection refused." in said or width < 80


@pytest.mark.parametrize(
    ("view", "words"),
    [
        (A_SIGHT, "no record since the watch began"),
        (replace(A_SIGHT, record_at=98.0), "last record 3 s ago"),
    ],
)
def test_the_title_says_when_the_last_record_came(view: BoardView, words: str) -> None:
    assert words in lines(view)[0]


def test_a_pause_is_no_trouble_and_says_so() -> None:
    paused = lines(replace(A_SIGHT, seen_at=50.0), replace(A_FRAME, paused=True))
    assert paused[1].startswith("PAUSED for 51 s, as of 2025-06-01T00:00:00Z")


def test_an_observer_that_has_not_seen_anything_yet_is_not_stale() -> None:
    assert freshness(BoardView(seen_at=100.0), 101.0) == ("looking for the board", False)
    told, stale = freshness(BoardView(seen_at=100.0, trouble="topic offences.v1 is missing"), 101.0)
    assert (stale, "topic offences.v1 is missing" in told) == (True, True)


def test_a_person_is_shown_whole_once_seen_and_never_another_one() -> None:
    rows = [ContributionRow(f"crime-{n}", 1, "A", 1_000, SINCE, SINCE + DAY, True) for n in range(40)]
    view = replace(A_SIGHT, person=OffenderView("a", 7, 40_000, True, SINCE, rows))
    seen = offender_screen(view, "a", A_FRAME, 101.0).plain.split("\n")
    assert len(seen) == A_FRAME.height
    assert "a: rank 7, 40 days" in seen[2]
    assert seen[-2] == "21 more"
    last = offender_screen(view, "a", replace(A_FRAME, scrolled=39), 101.0).plain.split("\n")
    assert "crime-39" in last[-3]
    assert last[-2] == "21 above"
    assert "looking for b" in offender_screen(view, "b", A_FRAME, 101.0).plain


def test_it_is_loud_where_nobody_can_read_what_was_published() -> None:
    told, stale = freshness(replace(A_SIGHT, reasons=("a transaction is open on alerts.v1 since offset 7",)), 101.0)
    assert stale
    assert "NOT LIVE: a transaction is open on alerts.v1 since offset 7" in told

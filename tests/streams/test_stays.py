"""Whoever was erased is not named by what ends their stay, and everything published still comes out alike."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.alert import Alert, make_alert, make_baseline
from models.contribution import Contribution
from models.identifying import sealed_alert, sealed_baseline, texts_by_place
from models.instants import DAY, HOUR
from models.journal.entry import chain, sealed_texts
from models.journal.transition import CauseKind, Entry, Move
from sealing.sealer import Sealer
from tests.state.boards import START, a_report, a_run
from tests.streams.sealed_board import BOARD, EXIT_RANK, POLICY, SIZE, Sealed, key_id_of


def texts_of(alert: Alert) -> dict[str, str]:
    return texts_by_place(lambda seal: sealed_alert(alert, seal))


def about(board: Sealed, sequence: int, person: str) -> dict[str, str]:
    """Every text about a person on an alert, by its place."""
    clear = make_alert(board.moves[sequence - 1], BOARD, POLICY, "t", 0)
    whose: dict[str, str] = {}

    def note(place: str, about: str, text: str) -> str:
        whose[place] = about
        return text

    sealed_alert(clear, note)
    return {place: text for place, text in texts_of(board.alerts[sequence]).items() if whose[place] == person}


@pytest.fixture
def board(tmp_path: Path) -> Sealed:
    """`a` and `b` are in the band, `c` is behind them."""
    made = Sealed(tmp_path)
    made.tell(a_report("a", 30), a_report("b", 20, lasts=10 * DAY), a_report("c", 10))
    return made


def the_newest(board: Sealed, move: Move, person: str) -> int:
    return next(one.sequence for one in reversed(board.moves) if (one.move, one.offender_id) == (move, person))


def displace(board: Sealed) -> None:
    board.tell(a_report("x", 90), a_report("y", 80))


def expire(board: Sealed) -> None:
    board.pass_time(board.engine.as_of + 11 * DAY)


def change_the_policy(board: Sealed) -> None:
    """Under which nothing of `b` counts any more."""
    known = [a_report("a", 30), a_report("b", 0, steps=()), a_report("c", 10)]
    board.publish(board.engine.activate(SIZE, EXIT_RANK, known, "{}"))


@pytest.mark.parametrize("restarted", [False, True], ids=["the same relay", "another relay"])
@pytest.mark.parametrize("end_the_stay", [displace, expire, change_the_policy], ids=lambda end: end.__name__)
def test_a_stay_that_ends_after_an_erasure_names_nobody(board: Sealed, end_the_stay: object, restarted: bool) -> None:
    assert callable(end_the_stay)
    erased = board.erase("b")
    before = len(board.moves)
    if restarted:
        board.restart()
    end_the_stay(board)
    assert board.moves[before:]
    for move in board.moves[before:]:
        for place, text in about(board, move.sequence, "b").items():
            assert key_id_of(text) == erased, place
            assert not board.opens(place, text), place
    assert board.keys.current("b") is None, "a new key links what is published to a person who was erased"
    assert all(again == published for published, again in board.recovered())


def test_an_erasure_that_was_cut_short_closes_as_well_and_stops_no_recovery(board: Sealed) -> None:
    """Killed between the tombstone and the destruction; the key that is still there would seal otherwise."""
    erased = board.erase("b", cut_short=True)
    board.restart()
    expire(board)
    left = about(board, the_newest(board, Move.LEFT, "b"), "b")
    assert {key_id_of(text) for text in left.values()} == {erased}
    assert not any(board.opens(place, text) for place, text in left.items())
    assert all(again == published for published, again in board.recovered())


def test_an_erasure_in_the_middle_of_a_transaction_changes_nothing_of_it(board: Sealed) -> None:
    """The journal's and the alert's tokens stay the same, and no new key is made for the second of them."""
    entry = board.engine.tick(board.engine.as_of + 11 * DAY)
    assert entry is not None
    sealer = Sealer(board.keys, (), board.stays.at, board.tombstones.__contains__)
    board.stays.look_at(entry)
    sealed = chain(entry, BOARD, board.clock, "d", board.head, sealer)
    board.erase("b")
    moves = {move.sequence: sealed_alert(make_alert(move, BOARD, POLICY, "t", 0), sealer) for move in entry.transitions}
    texts = {place: text for one in moves.values() for place, text in texts_of(one).items()}
    assert sealed_texts(sealed).items() <= texts.items()
    assert board.keys.current("b") is None
    board.entries.append(entry)
    board.journal.append(sealed)
    assert all(again == published for published, again in board.recovered())


def test_others_are_named_as_ever_beside_them(board: Sealed) -> None:
    board.erase("b")
    displace(board)
    entered = the_newest(board, Move.ENTERED, "x")
    assert all(board.opens(place, text) for place, text in about(board, entered, "x").items())


def test_who_comes_back_begins_a_stay_under_another_key(board: Sealed) -> None:
    erased = board.erase("b")
    expire(board)
    board.tell(a_report("b", 70, "2", at=board.engine.as_of))
    entered = the_newest(board, Move.ENTERED, "b")
    assert board.key_of(entered) != erased
    assert all(board.opens(place, text) for place, text in about(board, entered, "b").items())


def test_who_only_falls_and_stays_in_the_band_is_not_named_as_the_cause(tmp_path: Path) -> None:
    """Where one stays beyond the rank at which one comes in, a fall lets another one in and moves nobody out."""
    board = Sealed(tmp_path)
    board.tell(a_report("a", 30), a_report("b", 20), a_report("b", 5, "2", lasts=10 * DAY), a_report("c", 22))
    erased = board.erase("b")
    expire(board)
    moved = board.moves[-1]
    assert (moved.offender_id, moved.cause.kind, moved.cause.offender_id) == ("c", CauseKind.VACANCY, "b")
    texts = about(board, moved.sequence, "b")
    assert texts
    assert {key_id_of(text) for text in texts.values()} == {erased}
    assert not any(board.opens(place, text) for place, text in texts.items())


def test_a_member_of_the_baseline_is_named_as_by_their_entrance(tmp_path: Path) -> None:
    board = Sealed(tmp_path, awaits_baseline=True)
    board.tell(a_report("a", 30), a_report("b", 20))
    erased = board.erase("b")
    board.restart()
    entry = board.engine.apply(a_run([a_report("z", 1, at=START + 9 * DAY)], board.engine.ledger[0]))
    assert isinstance(entry, Entry)
    assert entry.baseline is not None
    board.stays.look_at(entry)
    sealer = Sealer(board.keys, (), board.stays.at, board.tombstones.__contains__)
    event = sealed_baseline(make_baseline(entry.baseline, BOARD, POLICY), sealer)
    texts = texts_by_place(lambda seal: sealed_baseline(event, seal))
    opened = {key_id_of(text): board.opens(place, text) for place, text in texts.items()}
    assert (len(opened), opened.pop(str(erased)), *opened.values()) == (2, False, True)


def test_an_entrance_that_was_published_in_clear_leads_nobody_back(tmp_path: Path) -> None:
    """A board that seals from some day on: who was in the band by then leaves it under their first key."""
    board = Sealed(tmp_path)
    entry = board.engine.apply(a_run([a_report("b", 20, lasts=DAY)], 0))
    assert isinstance(entry, Entry)
    board.moves += entry.transitions
    board.journal.append(chain(entry, BOARD, board.clock, "d", board.head))
    board.entries.append(entry)
    board.restart()
    board.pass_time(board.engine.as_of + 2 * DAY)
    left = about(board, the_newest(board, Move.LEFT, "b"), "b")
    assert any(place.endswith("entered/alert_id") for place in left)
    assert all(board.opens(place, text) for place, text in left.items())


def test_a_key_that_is_lost_is_no_erasure(board: Sealed) -> None:
    """It may come back with a backup, and what was published then must come out again."""
    (key_id,) = board.keys.retire("b")
    board.keys.destroy(key_id)
    expire(board)
    left = about(board, the_newest(board, Move.LEFT, "b"), "b")
    assert all(board.opens(place, text) for place, text in left.items())


@dataclass(frozen=True)
class ExpectedBoard:
    """A report: of whom, how much it counts and for how long; 0 millidays take it back."""

    person: str
    millidays: int
    hours: int

    def at(self, instant: int, revision: int) -> Contribution:
        kind = "offence.reported" if self.millidays else "offence.withdrawn"
        steps = None if self.millidays else ()
        return a_report(
            self.person, self.millidays, kind=kind, revision=revision, at=instant, lasts=self.hours * HOUR, steps=steps
        )


tales = st.lists(
    st.one_of(
        st.lists(
            st.builds(
                ExpectedBoard, st.sampled_from("abcde"), st.sampled_from([0, 5, 10, 20]), st.sampled_from([2, 9, 40])
            )
        ),
        st.sampled_from([1, 5, 20]),
        st.tuples(st.integers(0, EXIT_RANK), st.booleans()),
        st.none(),
    ),
    min_size=6,
    max_size=20,
)


@given(tale=tales)
@settings(max_examples=40, deadline=None)
def test_whatever_happens_an_alert_is_as_closed_as_the_one_that_it_ends(tale: list[object]) -> None:
    """Runs of reports, hours that pass, erasures of which some are cut short, and other relays, in any order."""
    with tempfile.TemporaryDirectory() as folder:
        board = Sealed(Path(folder))
        for number, event in enumerate(tale, 1):
            match event:
                case list(many):
                    now = max(START, board.engine.as_of)
                    board.tell(*(one.at(now, number) for one in many))
                case int(hours):
                    board.pass_time(board.engine.as_of + hours * HOUR)
                case (int(place), bool(cut_short)):
                    for row in board.engine.board(1, place + 1):
                        board.erase(row.offender_id, cut_short=cut_short)
                case None:
                    board.restart()
        assert_closed(board)


def assert_closed(board: Sealed) -> None:
    assert all(again == published for published, again in board.recovered())
    for move in board.moves:
        if move.entered is not None:
            texts = about(board, move.sequence, move.offender_id)
            key_ids = {key_id_of(text) for text in texts.values()}
            assert key_ids == {board.key_of(move.entered.sequence)}
            readable = {board.opens(place, text) for place, text in texts.items()}
            assert readable == {move.sequence not in board.closed_to_all}
